"""Buddies: profiles, match runs, suggestions, pairings."""
