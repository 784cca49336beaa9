"""Application for gunicorn that waits half a second for a request body."""

from flask import Flask

from community.app import create_app
from community.core.web import request_bodies


def create() -> Flask:
    """Make it; bodies have half a second."""
    request_bodies.BODY_SECONDS = 0.5
    return create_app()
