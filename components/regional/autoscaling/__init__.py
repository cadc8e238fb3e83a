"""When replicas are added and removed."""
