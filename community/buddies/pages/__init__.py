"""Pages of buddies."""

from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

pages = Blueprint("buddies", __name__)
Answered = str | tuple[str, int] | tuple[dict[str, Any], int] | Response


from community.buddies.pages import admin, forms, pairings, profiles, suggestions  # noqa: E402, F401  # each registers its pages on `pages`
