"""The readable API document, rendered by our own server."""

from flask import Blueprint

pages = Blueprint("api_docs", __name__)
