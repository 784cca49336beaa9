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
    """Redirect to the page of an occurrence's meetup, with that occurrence in front. Raises NotFound."""
    with read_context() as ctx:
        meetup_id = attendees.meetup_id_of(ctx, occurrence_id)
    if meetup_id is None:
        raise NotFound
    return redirect(f"/meetups/{meetup_id}?date={occurrence_id}", code=303)


def submit(form: Form, action: Callable[..., Any], *, done: str | Callable[[Any], str], **arguments: Any) -> None:
    """Submit a form, and flash `done`, made of the action's result where it is a function, or the first error.

    Raises NotFound.
    """
    if form.submit(action, **arguments):
        flash(done(form.result) if callable(done) else done)
    else:
        refuse(form)


def refuse(form: Form) -> None:
    """Flash the first error of a form that did not pass. Raises NotFound when that was the error."""
    if form.status == NotFound.status:
        raise NotFound
    flash(form.first_error)
