"""Posting a meetup, with a preview of its rule and next dates."""

from typing import Any

from flask import flash, redirect, render_template, request

from community.core.errors import Unauthenticated
from community.core.permissions import Permission
from community.core.time_zones import time_zones
from community.core.web.forms import Form, PageResponse, uuid_of
from community.core.web.request_context import current_actor, read_context, services
from community.meetups.actions import create
from community.meetups.pages import forms, pages
from community.meetups.queries import meetups
from community.meetups.queries import preview as preview_queries
from community.meetups.schemas.meetups import NewMeetupSchema, PreviewSchema

PREVIEW_BUTTONS = ("look", "skip", "keep")


@pages.get("/meetups/new")
def new_form() -> PageResponse:
    """Show the form to post a meetup (coordinators); `like` names one to copy."""
    with read_context() as ctx:
        _ = ctx.permitted(Permission.RUN_MEETUPS)
        like = uuid_of(request.args.get("like", ""))
        values = meetups.form_values(ctx, like) if like else {}
    return _new_page(Form(values=values))


@pages.post("/meetups/new")
def post() -> PageResponse:
    """Post the meetup, or show its preview again."""
    form = Form(NewMeetupSchema())
    if any(name in form.values for name in PREVIEW_BUTTONS):
        with read_context() as ctx:
            _ = ctx.permitted(Permission.RUN_MEETUPS)
        return _new_page(form)
    if form.submit(create.post, values=forms.nested(form)):
        flash("Posted. We’ll tell everyone who can come, once.")
        return redirect(f"/meetups/{form.result.id}", code=303)
    return _new_page(form)


@pages.post("/meetups/preview")
def preview() -> str:
    """Return the preview of the form as a part of its page."""
    with read_context() as ctx:
        _ = ctx.permitted(Permission.RUN_MEETUPS)
    form = Form()
    return render_template("meetups/_preview.html", preview=_seen_ahead(form), form=form, skips=forms.skips(form))


def _seen_ahead(form: Form) -> preview_queries.Preview | None:
    """Return the preview; None, with the form's errors, while the rule is not complete."""

    def preview_occurrences(**fields: Any) -> preview_queries.Preview:
        with read_context() as ctx:
            return preview_queries.preview_occurrences(ctx, **fields)

    trial = Form(PreviewSchema())
    trial.attempt(preview_occurrences, values=forms.when(form))
    if "recurrence" in trial.errors and form.value("date"):
        form.errors.setdefault("recurrence", trial.errors["recurrence"])
    result: preview_queries.Preview | None = trial.result
    return result


def _new_page(form: Form) -> PageResponse:
    actor = current_actor()
    if actor is None:
        raise Unauthenticated
    ahead = _seen_ahead(form) if form.value("date") else None
    return render_template(
        "meetups/new.html",
        form=form,
        preview=ahead,
        skips=forms.skips(form),
        days=forms.many(form, "days"),
        choices=forms,
        time_zones=time_zones(),
        zone=actor.time_zone or services().settings.time_zone,
    ), form.status
