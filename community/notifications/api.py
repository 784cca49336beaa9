"""JSON endpoints of notifications."""

from typing import Any
from uuid import UUID

from community.core.db import Page
from community.core.schemas import PageArgs
from community.core.web.api_blueprint import api_blueprint
from community.core.web.request_context import read_context, services, unit_of_work
from community.notifications import actions
from community.notifications import schemas as shapes
from community.notifications.channels.web_push import public_key
from community.notifications.queries import inbox, mutes, preferences

api = api_blueprint("notifications", __name__, "My notifications, and how they reach me.")
KEYS = {
    "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "auth": "BTBZMqHH6r4Tts7J_aSIgg",
}
QUIET = [{"weekday": 0, "from": "22:00", "to": "07:00"}]


@api.get("/notifications")
@api.arguments(PageArgs, location="query")
@api.response(200, shapes.NotificationPage)
def get_notifications(page: dict[str, Any]) -> Page[inbox.NotificationView]:
    """List my notifications, newest first."""
    with read_context() as ctx:
        return inbox.notifications(ctx, **page)


@api.get("/notifications/<uuid:notification_id>")
@api.response(200, shapes.NotificationSchema)
def get_notification(notification_id: UUID) -> inbox.NotificationView:
    """Return one of my notifications. It stays unread."""
    with read_context() as ctx:
        return inbox.notification(ctx, notification_id)


@api.put("/notifications/read-marker")
@api.arguments(shapes.ReadMarkerSchema, example={"id": "0193a1f0-7d1c-7c3e-9a53-3f2b8c1d4e5f"})
@api.response(200, shapes.UnreadSchema)
def put_read_marker(marker: dict[str, UUID | None]) -> dict[str, int]:
    """Mark everything up to and with one notification as read, on all devices. Without `id`, mark everything."""
    with unit_of_work() as uow:
        return {"unread": actions.mark_read(uow, up_to_id=marker["id"])}


@api.get("/notification-preferences")
@api.response(200, shapes.PreferencesSchema)
def get_preferences() -> preferences.PreferencesView:
    """Return how each kind of notification reaches me, and when."""
    with read_context() as ctx:
        return preferences.my_preferences(ctx)


@api.put("/notification-preferences")
@api.arguments(
    shapes.PreferencesSchema,
    example={"items": [{"kind": "buddy.matched", "email": False}], "quiet_hours": QUIET},
)
@api.response(200, shapes.PreferencesSchema)
def put_preferences(chosen: dict[str, Any]) -> preferences.PreferencesView:
    """Choose which kinds also come by e-mail and push, when, and how much they show."""
    with unit_of_work() as uow:
        return actions.update_preferences(uow, **chosen)


@api.get("/push-key")
@api.response(200, shapes.PushKeySchema)
def get_push_key() -> dict[str, str]:
    """Return the public key that a browser subscribes with."""
    with read_context() as ctx:
        assert ctx.actor
    return {"key": public_key(services().settings)}


@api.get("/push-subscriptions")
@api.response(200, shapes.DeviceList)
def get_subscriptions() -> dict[str, list[preferences.DeviceView]]:
    """List my browsers that receive pushes."""
    with read_context() as ctx:
        return {"items": preferences.my_devices(ctx)}


@api.post("/push-subscriptions")
@api.arguments(shapes.SubscriptionSchema, example={"endpoint": "https://fcm.googleapis.com/fcm/send/x", "keys": KEYS})
@api.response(201, shapes.DeviceSchema)
def post_subscription(subscription: dict[str, Any]) -> preferences.DeviceView:
    """Push to this browser while this session lasts. Idempotent for one endpoint."""
    settings = services().settings
    with unit_of_work() as uow:
        return actions.register_device(uow, **subscription, secret=settings.secret_key, services=settings.push_services)


@api.delete("/push-subscriptions/<uuid:device_id>")
@api.response(204)
def delete_subscription(device_id: UUID) -> None:
    """Stop pushing to a browser."""
    with unit_of_work() as uow:
        actions.remove_device(uow, device_id=device_id)


@api.get("/mutes")
@api.response(200, shapes.MutedList)
def get_mutes() -> dict[str, list[mutes.MuteView]]:
    """List the meetups and members that I muted. Rooms are muted in their own settings."""
    with read_context() as ctx:
        return {"items": mutes.my_mutes(ctx)}


@api.put("/mutes/<any(meetup, member):sort>/<uuid:subject_id>")
@api.arguments(shapes.MuteThingSchema, example={"until": "2030-01-01T08:00:00Z"})
@api.response(204)
def put_mute(wanted: dict[str, Any], sort: str, subject_id: UUID) -> None:
    """Mute a meetup or a member, until a moment or until I unmute it."""
    with unit_of_work() as uow:
        actions.mute(uow, sort=sort, subject_id=subject_id, **wanted)


@api.delete("/mutes/<uuid:subject_id>")
@api.response(204)
def delete_mute(subject_id: UUID) -> None:
    """Unmute a meetup or a member."""
    with unit_of_work() as uow:
        actions.unmute(uow, subject_id=subject_id)
