"""What we build in each region."""
