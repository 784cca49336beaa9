"""Reads about check-ins."""
