"""Figures that are looked at, and asserted by nobody's clock."""
