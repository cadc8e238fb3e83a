"""Weights near the GPUs: a bucket and one file system per region, filled once and read by every replica."""
