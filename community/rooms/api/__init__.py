"""Rooms' doors for programs."""

from community.rooms.api import keeping, messages, rooms
from community.rooms.api.doors import api
from community.rooms.api.messages import say

__all__ = ["api", "keeping", "messages", "rooms", "say"]
