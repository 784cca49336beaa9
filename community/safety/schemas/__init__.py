"""Schemas of safety."""
