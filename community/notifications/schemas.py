"""Shapes of notifications and of how they reach a member."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from community.core.schemas import Moment, Shape, page_of
from community.notifications.kinds import switchable


class NotificationSchema(Schema):
    """Something I was told. `url` is the path of the page that has the rest."""

    id = fields.UUID()
    kind = fields.String()
    title = fields.String()
    url = fields.String()
    created_at = Moment()
    read_at = Moment(allow_none=True)


NotificationPage = page_of(NotificationSchema, "NotificationPage")


class ReadMarkerSchema(Shape):
    """Up to and with which notification everything is read; all of it when left out."""

    id = fields.UUID(load_default=None, allow_none=True)


class UnreadSchema(Schema):
    """How many are still new."""

    unread = fields.Integer()


class PreferenceSchema(Shape):
    """How one kind of notice reaches me. In the app it always does; `email` can be switched."""

    kind = fields.String(required=True, validate=validate.OneOf(list(switchable())))
    title = fields.String(dump_only=True)
    inapp = fields.Boolean(dump_only=True)
    email = fields.Boolean(required=True)


class PreferencesSchema(Shape):
    """How each kind of notice reaches me. Kinds that are left out stay as they are."""

    items = fields.List(fields.Nested(PreferenceSchema), required=True, validate=validate.Length(max=100))

    @post_load
    def by_kind(self, loaded: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """As the action takes it: kind → wanted."""
        return {"email": {item["kind"]: item["email"] for item in loaded["items"]}}
