"""A timeline as one picture that needs nothing else, for a report or a post-mortem."""
