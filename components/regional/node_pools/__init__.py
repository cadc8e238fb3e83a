"""Karpenter's pools: what it may start, and how it lets go."""
