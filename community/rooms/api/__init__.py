"""JSON endpoints of rooms."""

from community.core.web.api_blueprint import api_blueprint

api = api_blueprint("rooms", __name__, "Rooms, who is in them, and what is said there.")
