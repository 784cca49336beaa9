"""JSON endpoints of buddies."""

from community.core.web.api_blueprint import api_blueprint

api = api_blueprint("buddies", __name__, "Buddies: profiles, match runs, suggestions, pairings.")

from community.buddies.api import pairings, profiles, runs  # noqa: E402, F401  # each registers its endpoints on `api`
