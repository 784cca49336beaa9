"""Buddies' pages: what I look for, suggestions, my buddies; for coordinators the board."""

from community.buddies.pages import board, pairings, profiles, suggestions
from community.buddies.pages.doors import pages

__all__ = ["board", "pages", "pairings", "profiles", "suggestions"]
