"""Where the rooms' doors for programs hang."""

from community.core.api_doors import api_blueprint

api = api_blueprint("rooms", __name__, "Rooms, who is in them, and what is said there.")
