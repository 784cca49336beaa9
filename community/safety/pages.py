"""Safety' pages."""

from flask import Blueprint

pages = Blueprint("safety", __name__)
