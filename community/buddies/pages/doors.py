"""Where the buddies' pages hang."""

from flask import Blueprint
from werkzeug.wrappers import Response

pages = Blueprint("buddies", __name__)
Answered = str | tuple[str, int] | Response
