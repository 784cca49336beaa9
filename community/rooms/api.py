"""Rooms' doors for programs."""

from community.core.web import api_blueprint

api = api_blueprint("rooms", __name__, "Chat rooms: who is in them, what was said, what is unread.")
