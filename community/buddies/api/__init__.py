"""JSON endpoints of buddies."""

from community.core.web.api_blueprint import api_blueprint

api = api_blueprint("buddies", __name__, "Buddies: profiles, match runs, suggestions, pairings.")
