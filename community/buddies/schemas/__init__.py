"""Shapes of profiles, suggestions, pairings and match runs."""
