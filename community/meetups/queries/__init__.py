"""Reads about meetups, limited to what the actor may see."""
