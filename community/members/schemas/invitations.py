"""Schemas of invitations, cohorts, consents and joining."""

from typing import Any

from marshmallow import fields, post_load, validate

from community.core.schemas import SingleLineText, StrictSchema, UtcDateTime, page_of, time_zone_name
from community.members.schemas.fields import ROLES, Address, Handle, NewPassword


class InviteSchema(StrictSchema):
    """The address to invite, and its role. `note` is a line of the coordinator's own. It is in the mail as written."""

    email = Address(required=True)
    role = fields.String(load_default="alumnus", validate=validate.OneOf(ROLES))
    cohort_id = fields.UUID(load_default=None, allow_none=True)
    note = SingleLineText(load_default="", least=0, most=200)


class InvitationSchema(StrictSchema):
    """An invitation and its state."""

    id = fields.UUID()
    email = fields.String()
    role = fields.String()
    state = fields.String(
        metadata={"enum": ["created", "sent", "undelivered", "opened", "accepted", "expired", "revoked"]}
    )
    created_at = UtcDateTime()
    expires_at = UtcDateTime()


class InvitedSchema(StrictSchema):
    """A new invitation with its link, which is shown this once. It is `null` where the link is only in the mail."""

    id = fields.UUID()
    state = fields.String()
    url = fields.String(allow_none=True)


InvitationPage = page_of(InvitationSchema, "InvitationPage")


class CohortSchema(StrictSchema):
    """A group of people who finished the program together."""

    id = fields.UUID(dump_only=True)
    name = SingleLineText(required=True, least=1, most=80)
    created_at = UtcDateTime(dump_only=True)


CohortPage = page_of(CohortSchema, "CohortPage")


class ConsentSchema(StrictSchema):
    """A text, accepted or not."""

    text_version = SingleLineText(required=True, most=60)
    accepted = fields.Boolean(required=True)


class ConsentTextSchema(StrictSchema):
    """A text to agree to on joining."""

    text_version = fields.String()
    title = fields.String()
    text = fields.String()
    required = fields.Boolean()


class ConsentTextsSchema(StrictSchema):
    """All texts."""

    items = fields.List(fields.Nested(ConsentTextSchema))
    next_cursor = fields.String(allow_none=True)


class AcceptSchema(StrictSchema):
    """The form that an invited person fills in to join."""

    token = SingleLineText(required=True, most=200)
    handle = Handle(required=True)
    password = NewPassword(required=True)
    time_zone = fields.String(required=True, validate=time_zone_name, metadata={"example": "America/Denver"})
    consents = fields.List(fields.Nested(ConsentSchema), required=True, validate=validate.Length(max=20))

    @post_load
    def by_version(self, loaded: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return the consents as a mapping from version to answer."""
        loaded["consents"] = {item["text_version"]: item["accepted"] for item in loaded["consents"]}
        return loaded
