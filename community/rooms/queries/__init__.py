"""Reads about rooms."""
