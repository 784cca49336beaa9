"""Where care's doors for programs hang."""

from community.core.web import api_blueprint

api = api_blueprint("care", __name__, "Care: check-ins, reaching out, milestones.")
