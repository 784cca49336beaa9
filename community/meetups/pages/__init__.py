"""Pages of meetups."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect
from werkzeug.wrappers import Response

from community.core.errors import NotFound
from community.core.web.forms import Form
from community.core.web.request_context import read_context
from community.meetups.queries import attendees

pages = Blueprint("meetups", __name__)


def redirect_to_occurrence(occurrence_id: UUID) -> Response:
    """On to the page of a date's meetup, with that date in front. Raises NotFound."""
    with read_context() as ctx:
        meetup_id = attendees.meetup_id_of(ctx, occurrence_id)
    if meetup_id is None:
        raise NotFound
    return redirect(f"/meetups/{meetup_id}?date={occurrence_id}", code=303)


def attempt(form: Form, act: Callable[[dict[str, Any]], str], *, values: dict[str, Any] | None = None) -> bool:
    """Act on a form, and say in one line what came of it. Whether it went through. Raises NotFound."""
    said: list[str] = []
    passed = form.attempt(lambda fields: said.append(act(fields)), values=values)
    if form.status == NotFound.status:
        raise NotFound
    flash(said[0] if passed else next((words[0] for words in form.errors.values()), form.detail))
    return passed
