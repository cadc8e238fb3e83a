"""The door of one region."""
