"""Reads about notifications."""
