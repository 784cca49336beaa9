"""Shifts: which coordinator is on call."""
