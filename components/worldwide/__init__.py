"""What we build once."""
