"""Milestones and lapses."""
