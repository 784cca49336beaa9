"""Meetups' doors for programs."""

from community.core.web import api_blueprint

api = api_blueprint("meetups", __name__, "Meetups: dates, answers, waiting lists.")
