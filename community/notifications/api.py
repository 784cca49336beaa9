"""Notifications' doors for programs."""

from community.core.web import api_blueprint

api = api_blueprint("notifications", __name__, "Notifications: who was told what, by which medium.")
