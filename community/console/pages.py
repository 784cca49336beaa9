"""Console' pages."""

from flask import Blueprint

pages = Blueprint("console", __name__)
