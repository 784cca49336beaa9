"""Safety' doors for programs."""

from community.core.web import api_blueprint

api = api_blueprint("safety", __name__, "Safety: reports and what comes of them.")
