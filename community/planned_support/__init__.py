"""Planned support: times that a member plans help for in advance."""
