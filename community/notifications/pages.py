"""Notifications' pages: the list, opening one, which kinds also come by mail, and leaving a kind from a mail."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from community.core.pages import relative_day
from community.core.unit_of_work import Reading
from community.core.web import csrf_exempt, reading, safe_path, unit_of_work, web
from community.notifications import actions, queries
from community.notifications.kinds import kind_of, switchable

pages = Blueprint("notifications", __name__)


def page_facts(look: Reading) -> Mapping[str, Any]:
    """What base.html shows beside the bell."""
    return {"unread_notifications": queries.unread(look)}


@pages.get("/notifications")
def notification_list() -> str:
    """What I was told, by day."""
    with reading() as look:
        page = queries.notifications(look, cursor=request.args.get("cursor"), limit=50)
    days = [(day, list(items)) for day, items in groupby(page.items, lambda item: relative_day(item.created_at))]
    return render_template("notifications/list.html", days=days, next_cursor=page.next_cursor)


@pages.post("/notifications/read")
def read_all() -> Response:
    """Everything is read."""
    with unit_of_work() as uow:
        actions.mark_read(uow)
    return redirect("/notifications")


@pages.get("/notifications/<uuid:notification_id>/open")
def open_one(notification_id: UUID) -> str | Response:
    """Go to what it is about. A list's link posts instead, which also marks it read."""
    with reading() as look:
        found = queries.notification(look, notification_id)
    return redirect(safe_path(found.url))


@pages.post("/notifications/<uuid:notification_id>/open")
def open_and_read(notification_id: UUID) -> Response:
    """Mark it read and go to what it is about."""
    with unit_of_work() as uow:
        found = actions.open_notification(uow, notification_id=notification_id)
    return redirect(safe_path(found.url), code=303)


@pages.get("/notifications/preferences")
def preferences() -> str:
    """What reaches me by mail."""
    with reading() as look:
        rows = queries.my_preferences(look)
    return render_template("notifications/preferences.html", rows=rows)


@pages.post("/notifications/preferences")
def save_preferences() -> Response:
    """Save which kinds come by mail."""
    wanted = {name: name in request.form for name in switchable()}
    with unit_of_work() as uow:
        actions.choose(uow, email=wanted)
    flash("Saved.")
    return redirect("/notifications/preferences")


@pages.get("/unsubscribe/<token>")
def unsubscribe_form(token: str) -> str:
    """Ask first: mail programs follow links by themselves."""
    _, kind = actions.read_unsubscribe_token(web().settings.secret_key, token)
    return render_template("notifications/unsubscribe.html", token=token, words=kind_of(kind).words, done=False)


@pages.post("/unsubscribe/<token>")
@csrf_exempt
def unsubscribe(token: str) -> str:
    """Stop this kind of mail; RFC 8058's one click posts here."""
    with unit_of_work() as uow:
        kind = actions.unsubscribe(uow, token=token, secret=web().settings.secret_key)
    return render_template("notifications/unsubscribe.html", token=token, words=kind_of(kind).words, done=True)
