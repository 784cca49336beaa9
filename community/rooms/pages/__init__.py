"""Rooms' pages."""

from community.rooms.pages import keeping, messages, mine, rooms
from community.rooms.pages.doors import page_facts, pages

__all__ = ["keeping", "messages", "mine", "page_facts", "pages", "rooms"]
