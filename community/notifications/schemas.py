"""Schemas of notifications, preferences, devices and mutes."""

from datetime import time
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from community.core.outbox.notification_kinds import LEVELS, switchable_kinds
from community.core.schemas import StrictSchema, UtcDateTime, page_of
from community.core.time_zones import zone_names
from community.notifications.channels.web_push import are_valid_keys
from community.notifications.preferences.delivery_preferences import AS_IT_COMES, DAILY, parse_windows
from community.notifications.queries.previews import PREVIEWS
from community.notifications.rules.quiet_hours import is_quiet_all_week

MAX_WINDOWS = 28


class NotificationSchema(Schema):
    """A notification, and why I got it. `url` is the path of the page that has the rest.

    `title` and `detail` are written for me when I read them. Notifications that share a `group` are alike.
    """

    id = fields.UUID()
    kind = fields.String()
    title = fields.String()
    url = fields.String()
    created_at = UtcDateTime()
    read_at = UtcDateTime(allow_none=True)
    why = fields.String()
    detail = fields.String(metadata={"description": "the time, the place or the first words; may be empty"})
    group = fields.String(allow_none=True)
    ended = fields.Boolean(attribute="is_ended", metadata={"description": "what it asked for is over"})


NotificationPage = page_of(NotificationSchema, "NotificationPage")


class ReadMarkerSchema(StrictSchema):
    """The last notification to mark read. Without it, all are marked."""

    id = fields.UUID(load_default=None, allow_none=True)


class UnreadSchema(Schema):
    """The number of unread notifications."""

    unread = fields.Integer()


class ClockTime(fields.String):
    """A local time such as 18:30."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs = {"metadata": {"example": "18:30"}, **kwargs}
        super().__init__(validate=validate.Length(max=5), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, attr, data, **kwargs) or "")
        try:
            hours, minutes = text.split(":")
            return f"{time(int(hours), int(minutes)):%H:%M}"
        except ValueError as error:
            raise ValidationError("Enter a time such as 18:30.") from error


class PreferenceSchema(StrictSchema):
    """The channels of a kind. In-app is always on. `email` and `push` can be switched."""

    kind = fields.String(required=True)
    title = fields.String(dump_only=True)
    inapp = fields.Boolean(dump_only=True)
    email = fields.Boolean()
    push = fields.Boolean()

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Accept the kinds that are declared when the schema is first used, not when this module is imported."""
        if field_name == "kind":
            field_obj.validators = [validate.OneOf(list(switchable_kinds()))]


class QuietSchema(StrictSchema):
    """Quiet hours from a time on a weekday until another, on the next day when `to` is not later."""

    weekday = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(min=0, max=6),
        metadata={"description": "0 is Monday, 6 is Sunday"},
    )
    start = ClockTime(required=True, data_key="from")
    end = ClockTime(required=True, data_key="to")


class PreferencesSchema(StrictSchema):
    """My preferences. What is left out stays as it is.

    `away_zone` is my time zone for now, when I am not at home. `rhythm` collects what can wait in one mail a day, at
    `daily_at`. With `discreet`, mails and pushes say only that something is new. With `only_buddy` nothing comes by
    mail or push but messages of my buddy, a call for help, and what concerns my password. A `level` sets all kinds, and
    `items` beside it change single ones.
    """

    items = fields.List(fields.Nested(PreferenceSchema), validate=validate.Length(max=100))
    quiet_hours = fields.List(fields.Nested(QuietSchema), validate=validate.Length(max=MAX_WINDOWS))
    time_zone = fields.String(dump_only=True, metadata={"description": "whose clock quiet hours follow"})
    away_zone = fields.String(allow_none=True, validate=validate.Length(max=64))
    discreet = fields.Boolean()
    level = fields.String(
        allow_none=True,
        validate=validate.OneOf(LEVELS),
        metadata={"description": "sets all kinds at once; null: a mix of my own"},
    )
    previews = fields.String(
        validate=validate.OneOf(PREVIEWS),
        metadata={"description": "first words of messages shown in the app outside their rooms"},
    )
    frequency = fields.String(data_key="rhythm", validate=validate.OneOf([AS_IT_COMES, DAILY]))
    daily_at = ClockTime()
    buddy_only = fields.Boolean(data_key="only_buddy")
    held = fields.Integer(dump_only=True, metadata={"description": "how much quiet hours hold back now"})
    held_until = UtcDateTime(dump_only=True, allow_none=True)
    would_be_sent_at = UtcDateTime(dump_only=True, metadata={"description": "when a mail would leave that came now"})

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """Return quiet hours under the names of QuietSchema's fields."""
        if attr != "quiet_hours":
            return super().get_attribute(obj, attr, default)
        return [{"weekday": one["weekday"], "start": one["from"], "end": one["to"]} for one in obj.quiet_hours]

    @validates_schema
    def can_be_kept(self, loaded: dict[str, Any], **_options: Any) -> None:
        """Reject an unknown time zone, and quiet hours that leave no gap in the week."""
        if loaded.get("away_zone") and loaded["away_zone"] not in zone_names():
            raise ValidationError("Choose a time zone from the list.", "away_zone")
        if is_quiet_all_week(parse_windows(_kept(loaded.get("quiet_hours", [])))):
            raise ValidationError("Leave some time in the week, or turn the e-mails off instead.", "quiet_hours")

    @post_load
    def as_chosen(self, loaded: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """Return the arguments of the action."""
        chosen: dict[str, Any] = {
            "wanted": {
                (item["kind"], medium): item[medium]
                for item in loaded.get("items", [])
                for medium in ("email", "push")
                if medium in item
            }
        }
        if "quiet_hours" in loaded:
            chosen["quiet"] = _kept(loaded["quiet_hours"])
        for said, kept in {"away_zone": "time_zone", "discreet": "hide_details"}.items():
            if said in loaded:
                chosen[kept] = loaded[said] or (None if said == "away_zone" else False)
        return chosen | {
            name: loaded[name]
            for name in ("frequency", "daily_at", "buddy_only", "previews", "level")
            if name in loaded
        }


class PushKeySchema(Schema):
    """The key that a browser subscribes with."""

    key = fields.String(metadata={"description": "the application server key, base64url"})


class KeysSchema(StrictSchema):
    """The keys of a browser's subscription."""

    p256dh = fields.String(required=True, validate=validate.Length(max=200))
    auth = fields.String(required=True, validate=validate.Length(max=100))

    @validates_schema
    def are_ones(self, loaded: dict[str, str], **_options: Any) -> None:
        """Reject keys that are not a point and a secret."""
        if not are_valid_keys(loaded["p256dh"], loaded["auth"]):
            raise ValidationError("These aren’t the keys of a browser.", "p256dh")


class SubscriptionSchema(StrictSchema):
    """A browser's subscription, as `PushSubscription.toJSON()` gives it."""

    endpoint = fields.String(required=True, validate=validate.Length(max=1000))
    expiration_time = fields.Float(
        data_key="expirationTime", allow_none=True, load_only=True, validate=validate.Range(min=0, max=2**53)
    )
    keys = fields.Nested(KeysSchema, required=True)

    @post_load
    def without_time(self, loaded: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """Drop the expiration time, which browsers send and do not honor."""
        return {name: value for name, value in loaded.items() if name != "expiration_time"}


class DeviceSchema(Schema):
    """A browser of mine that receives pushes."""

    id = fields.UUID()
    label = fields.String()
    created_at = UtcDateTime()
    reached_at = UtcDateTime(allow_none=True)
    current = fields.Boolean(metadata={"description": "it belongs to the session that asks"})


class DeviceList(Schema):
    """All of my devices."""

    items = fields.List(fields.Nested(DeviceSchema))


class MutedThingSchema(Schema):
    """A meetup or member that I muted."""

    id = fields.UUID()
    sort = fields.String(metadata={"description": "meetup or member"})
    title = fields.String()
    created_at = UtcDateTime()
    until = UtcDateTime(allow_none=True)


class MuteThingSchema(StrictSchema):
    """The end of a mute. Without it, the mute lasts until I unmute."""

    until = UtcDateTime(load_default=None, allow_none=True)


class MutedList(Schema):
    """All of my mutes."""

    items = fields.List(fields.Nested(MutedThingSchema))


def _kept(windows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"weekday": one["weekday"], "from": one["start"], "to": one["end"]} for one in windows]
