"""JSON endpoints of rooms."""

from community.core.web.api_blueprint import api_blueprint

api = api_blueprint("rooms", __name__, "Rooms, who is in them, and what is said there.")

from community.rooms.api import messages, rooms, settings  # noqa: E402, F401  # each registers its endpoints on `api`
