"""Meetups: dates, answers, waiting lists."""
