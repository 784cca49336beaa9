"""Notifications' pages."""

from flask import Blueprint

pages = Blueprint("notifications", __name__)
