"""Schemas of meetups."""
