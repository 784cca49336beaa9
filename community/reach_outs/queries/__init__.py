"""Reads about reach-outs."""
