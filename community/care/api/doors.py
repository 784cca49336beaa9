"""Where care's doors for programs hang."""

from community.core.api_doors import api_blueprint

api = api_blueprint("care", __name__, "Care: check-ins, reaching out, milestones.")
