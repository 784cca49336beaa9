"""Reads about buddies: for members, for coordinators, and for the solver."""
