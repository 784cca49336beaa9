"""JSON endpoints of members."""

from community.core.web.api_blueprint import api_blueprint

api = api_blueprint("members", __name__, "Signing in, joining, oneself, and what coordinators do with membership.")

from community.members.api import invitations, people, responses, sessions  # noqa: E402, F401  # each registers its endpoints on `api`
