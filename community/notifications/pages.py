"""Pages of notifications: the list, preferences, devices, unsubscribing, and deliveries that failed."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from community.core.outbox.notification_kinds import kind_of
from community.core.time_zones import time_zones
from community.core.unit_of_work import ReadContext
from community.core.web.flashes import flash_with_undo
from community.core.web.forms import Form, PageResponse
from community.core.web.request_context import (
    allow_any_origin,
    audit_facts,
    read_context,
    safe_redirect_path,
    services,
    unit_of_work,
)
from community.core.web.template_context import paging, relative_day
from community.notifications import actions
from community.notifications.channels.web_push import public_key
from community.notifications.delivery.unsubscribe_tokens import read_unsubscribe_token
from community.notifications.preferences import forms
from community.notifications.queries import failed_deliveries, inbox, mutes
from community.notifications.queries import preferences as preferences_queries
from community.notifications.schemas import PreferencesSchema

pages = Blueprint("notifications", __name__)
WEEK = timedelta(days=7)
SETTLED = {"again": actions.retry_delivery, "leave": actions.dismiss_delivery}


def page_facts(ctx: ReadContext) -> Mapping[str, Any]:
    """Return the unread count that every page shows."""
    return {"unread_notifications": inbox.count_unread(ctx)}


@pages.get("/notifications")
def notification_list() -> str:
    """List the actor's notifications by day. Similar ones are one row."""
    with read_context() as ctx:
        page = inbox.notifications(ctx, **paging())
    by_day = groupby(page.items, lambda item: relative_day(item.created_at))
    days = [(day, inbox.group_alike(items)) for day, items in by_day]
    return render_template("notifications/list.html", days=days, next_cursor=page.next_cursor)


@pages.post("/notifications/read")
def read_all() -> AnyResponse:
    """Mark everything read."""
    with unit_of_work() as uow:
        actions.mark_read(uow)
    return redirect("/notifications")


@pages.get("/notifications/<uuid:notification_id>/open")
def open_one(notification_id: UUID) -> AnyResponse:
    """Redirect to the target. Links in the list post instead, which also marks it read."""
    with read_context() as ctx:
        found = inbox.notification(ctx, notification_id)
    return redirect(safe_redirect_path(found.url))


@pages.post("/notifications/<uuid:notification_id>/open")
def open_and_read(notification_id: UUID) -> AnyResponse:
    """Mark a notification read and redirect to its target."""
    with unit_of_work() as uow:
        found = actions.open_notification(uow, notification_id=notification_id)
    return redirect(safe_redirect_path(found.url), code=303)


@pages.get("/notifications/preferences")
def preferences() -> PageResponse:
    """Show the preferences."""
    return _preferences(Form())


@pages.post("/notifications/preferences")
def save_preferences() -> PageResponse:
    """Save everything that the page shows, whichever of its buttons was pressed."""
    form = Form(PreferencesSchema())
    if form.submit(actions.update_preferences, values=forms.parse_preferences(request.form)):
        flash("Saved.")
        return redirect("/notifications/preferences")
    return _preferences(form)


@pages.post("/notifications/address")
def try_my_address() -> AnyResponse:
    """Send mail to the actor's address again."""
    with unit_of_work() as uow:
        actions.retry_own_address(uow, secret=services().settings.secret_key)
    flash("We’ll try your address again with the next e-mail.")
    return redirect("/notifications/preferences")


@pages.post("/mutes/<any(meetup, member):sort>/<uuid:subject_id>")
def mute(sort: str, subject_id: UUID) -> AnyResponse:
    """Mute a meetup or a member for a week, or until unmuted."""
    with unit_of_work() as uow:
        until = uow.now + WEEK if request.form.get("span") == "week" else None
        actions.mute(uow, sort=sort, subject_id=subject_id, until=until)
    place = safe_redirect_path(request.form.get("next"))
    text = "Muted for a week." if until else "Muted. You can unmute it in your notification settings."
    flash_with_undo(text, f"/mutes/{subject_id}/end", next=place)
    return redirect(place)


@pages.post("/mutes/<uuid:subject_id>/end")
def unmute(subject_id: UUID) -> AnyResponse:
    """Unmute a meetup or a member."""
    with unit_of_work() as uow:
        actions.unmute(uow, subject_id=subject_id)
    flash("Unmuted.")
    return redirect(safe_redirect_path(request.form.get("next") or "/notifications/preferences#muted"))


@pages.get("/notifications/devices")
def devices() -> str:
    """Show the devices that get notifications, and how to add this one."""
    with read_context() as ctx:
        mine = preferences_queries.my_devices(ctx)
    return render_template("notifications/devices.html", devices=mine, push_key=public_key(services().settings))


@pages.post("/notifications/devices/<uuid:device_id>/end")
def end_device(device_id: UUID) -> AnyResponse:
    """Remove a device."""
    with unit_of_work() as uow:
        actions.remove_device(uow, device_id=device_id)
    flash("Turned off on that device.")
    return redirect("/notifications/devices")


@pages.get("/console/deliveries")
def ended_deliveries() -> str:
    """List the deliveries that failed or are in doubt. Only a coordinator sends them again."""
    with read_context() as ctx:
        page = failed_deliveries.failed_deliveries(ctx, **paging())
    audit_facts(count=len(page.items))
    return render_template("notifications/undelivered.html", items=page.items, next_cursor=page.next_cursor)


@pages.post("/console/deliveries/<uuid:delivery_id>/<any(again, leave):what>")
def settle_delivery(delivery_id: UUID, what: str) -> AnyResponse:
    """Send a failed delivery again, or dismiss it."""
    with unit_of_work() as uow:
        SETTLED[what](uow, delivery_id=delivery_id)
    flash("We’re sending it again." if what == "again" else "Dismissed.")
    return redirect("/console/deliveries", code=303)


@pages.get("/sw.js")
def service_worker() -> Response:
    """Serve the service worker. Its path at the root sets its scope to the whole site."""
    g.bare = True
    response = current_app.send_static_file("dist/sw.js")
    response.headers["Cache-Control"] = "no-cache"
    return response


@pages.get("/unsubscribe/<token>")
def unsubscribe_form(token: str) -> str:
    """Ask for confirmation, because mail programs follow links by themselves."""
    _, kind = read_unsubscribe_token(services().settings.secret_key, token)
    return render_template("notifications/unsubscribe.html", token=token, kind_label=kind_of(kind).label, done=False)


@pages.post("/unsubscribe/<token>")
@allow_any_origin
def unsubscribe(token: str) -> str:
    """Stop this kind of mail. The one-click unsubscribe of RFC 8058 posts here."""
    with unit_of_work() as uow:
        kind = actions.unsubscribe(uow, token=token, secret=services().settings.secret_key)
    return render_template("notifications/unsubscribe.html", token=token, kind_label=kind_of(kind).label, done=True)


def _preferences(form: Form) -> PageResponse:
    with read_context() as ctx:
        saved = preferences_queries.my_preferences(ctx)
        mine = forms.as_posted(saved, request.form) if request.method == "POST" else saved
        context = {
            "mine": mine,
            "saved": saved,
            "sections": preferences_queries.sections(ctx, mine.items, always=["buddy"] if mine.buddy_only else []),
            "saved_boxes": forms.checked_boxes(saved),
            "nights": forms.quiet_nights(mine.quiet_hours),
            "mutes": mutes.my_mutes(ctx),
            "devices": len(preferences_queries.my_devices(ctx)),
            "is_refused": preferences_queries.is_my_address_refused(ctx, services().settings.secret_key),
        }
    page = render_template("notifications/preferences.html", form=form, zones=time_zones(), **context)
    return page, form.status
