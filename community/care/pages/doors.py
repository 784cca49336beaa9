"""Where care's pages hang."""

from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

pages = Blueprint("care", __name__)
Answered = str | tuple[str, int] | tuple[dict[str, Any], int] | Response
