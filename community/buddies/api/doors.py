"""Where the buddies' doors for programs hang."""

from community.core.web import api_blueprint

api = api_blueprint("buddies", __name__, "Buddies: profiles, match runs, suggestions, pairings.")
