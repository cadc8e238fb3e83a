"""What is true: facts with their source and the day they were read."""
