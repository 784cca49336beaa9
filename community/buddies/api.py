"""Buddies' doors for programs."""

from community.core.web import api_blueprint

api = api_blueprint("buddies", __name__, "Buddies: profiles, match runs, suggestions, pairings.")
