"""JSON endpoints of members."""

from community.core.web.api_blueprint import api_blueprint

api = api_blueprint("members", __name__, "Signing in, joining, oneself, and what coordinators do with membership.")
