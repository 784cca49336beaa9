"""Where the meetups' doors for programs hang."""

from community.core.api_doors import api_blueprint

api = api_blueprint("meetups", __name__, "Meetups: dates, series, answers, waiting lines.")
