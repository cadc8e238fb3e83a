"""Recorded traffic played against the autoscaler, to see what it costs and what it keeps waiting."""
