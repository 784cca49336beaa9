"""Pages of milestones."""

from flask import Blueprint

pages = Blueprint("milestones", __name__)
