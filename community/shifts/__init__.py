"""Shifts: the coordinator who is on call."""
