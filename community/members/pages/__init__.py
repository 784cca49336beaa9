"""Pages of members."""

from flask import Blueprint

pages = Blueprint("members", __name__)
