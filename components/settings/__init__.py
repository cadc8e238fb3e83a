"""What we choose: the only shape a stack file may have."""
