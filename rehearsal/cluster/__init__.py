"""A real Kubernetes control plane on loopback, without a node that costs anything."""
