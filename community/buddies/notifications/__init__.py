"""Notifications of buddies: suggestions, pairings and stand-ins."""
