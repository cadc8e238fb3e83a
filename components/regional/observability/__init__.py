"""What we watch, what we are woken by, and what we look at."""
