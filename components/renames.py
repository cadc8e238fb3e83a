"""Every alias, with the date it may be deleted.

A resource whose name, parent or type changed says `aliases=renames.WHAT_CHANGED`, so that Pulumi moves it instead of
replacing it. Once every stack has been applied with the new name the entry is deleted here and where it is used.
"""
