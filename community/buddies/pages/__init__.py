"""Pages of buddies."""

from flask import Blueprint

pages = Blueprint("buddies", __name__)
