"""Where the buddies' doors for programs hang."""

from community.core.api_doors import api_blueprint

api = api_blueprint("buddies", __name__, "Buddies: profiles, match runs, suggestions, pairings.")
