"""Managed node groups: the system's, and the floor of every model."""
