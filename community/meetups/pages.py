"""Meetups' pages."""

from flask import Blueprint

pages = Blueprint("meetups", __name__)
