"""JSON endpoints of meetups."""

from community.core.web.api_blueprint import api_blueprint

api = api_blueprint("meetups", __name__, "Meetups: single ones and series, answers, waiting lists, calendars.")
