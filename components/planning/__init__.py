"""What follows: arithmetic on facts and choices, without a cloud account or a cloud SDK."""
