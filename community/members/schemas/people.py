"""Schemas of members, suspensions and no-contact orders."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from community.core.schemas import StrictSchema, Text, UtcDateTime, page_of, rfc3339, time_zone_name
from community.members.schemas.fields import ROLES, Handle


class ProfileSchema(StrictSchema):
    """My own profile."""

    id = fields.UUID(dump_only=True)
    handle = fields.String(dump_only=True)
    role = fields.String(dump_only=True)
    email = fields.String(dump_only=True)
    time_zone = fields.String(dump_only=True)
    created_at = UtcDateTime(dump_only=True)
    consents = fields.List(fields.String(), dump_only=True)


class ChangeProfileSchema(StrictSchema):
    """The parts of my profile that I may change."""

    handle = Handle()
    time_zone = fields.String(validate=time_zone_name)

    @validates_schema
    def something(self, loaded: dict[str, Any], **_: Any) -> None:
        """Require at least one field."""
        if not loaded:
            raise ValidationError("Enter a name or a time zone.")


class ChangeMemberSchema(StrictSchema):
    """The parts of a member that staff may change: the role (admins), and the cohort (coordinators; null for none)."""

    role = fields.String(validate=validate.OneOf(ROLES))
    cohort_id = fields.UUID(allow_none=True)

    @validates_schema
    def something(self, loaded: dict[str, Any], **_: Any) -> None:
        """Require at least one field."""
        if not loaded:
            raise ValidationError("Enter a role or a cohort.")


class MemberSchema(StrictSchema):
    """A member as coordinators see them. `email` is null in lists; `GET /members/{id}` answers it."""

    id = fields.UUID()
    handle = fields.String()
    role = fields.String()
    email = fields.String(allow_none=True)
    state = fields.String()
    cohort = fields.String(allow_none=True)
    cohort_id = fields.UUID(allow_none=True)
    created_at = UtcDateTime()


MemberPage = page_of(MemberSchema, "MemberPage")


class SuspendSchema(StrictSchema):
    """The reason of a suspension, which the member reads, and its end. Without an end it lasts until lifted."""

    reason = Text(required=True, least=3, most=1000)
    until = UtcDateTime(load_default=None, allow_none=True)


def suspension_fields(posted: Mapping[str, Any], *, now: datetime) -> dict[str, Any]:
    """Return a page's reason and number of `days` as SuspendSchema takes them. Without days it lasts until lifted."""
    days = str(posted.get("days", "")).strip()
    is_number = days.isascii() and days.isdigit() and len(days) < 4
    until = rfc3339(now + timedelta(days=int(days))) if is_number else days or None
    return {"reason": posted.get("reason", ""), "until": until}


class SanctionSchema(StrictSchema):
    """A sanction that was imposed."""

    id = fields.UUID()
    kind = fields.String()
    reason = fields.String()
    starts_at = UtcDateTime()
    ends_at = UtcDateTime(allow_none=True)


class ForbidContactSchema(StrictSchema):
    """The source of a no-contact order."""

    source = fields.String(load_default="coordinator", validate=validate.OneOf(["coordinator", "court"]))


class NoContactSchema(StrictSchema):
    """A no-contact order of a member: the other member, its source and its start."""

    id = fields.UUID()
    handle = fields.String()
    source = fields.String()
    created_at = UtcDateTime()


class NoContactsSchema(StrictSchema):
    """All no-contact orders of a member."""

    items = fields.List(fields.Nested(NoContactSchema))
    next_cursor = fields.String(allow_none=True)
