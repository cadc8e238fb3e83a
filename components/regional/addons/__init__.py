"""Helm charts the cluster runs, as data ordered by reference."""
