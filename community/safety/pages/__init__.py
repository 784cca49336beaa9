"""Pages of safety: reports and appeals for members, the queue of cases for coordinators."""

from flask import Blueprint

pages = Blueprint("safety", __name__)
