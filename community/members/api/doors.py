"""Where members' doors for programs hang."""

from community.core.api_doors import api_blueprint

api = api_blueprint("members", __name__, "Signing in, joining, oneself, and what coordinators do with membership.")
