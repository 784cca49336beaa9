"""Shapes of members, sessions, invitations and consents."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from community.core.schemas import Line, Moment, Shape, Text, page_of, rfc3339, time_zone_name
from community.core.unit_of_work import Role
from community.members import rules

ROLES = [role.value for role in Role]


class Address(Line):
    """An e-mail address that mail can be sent to: plain letters, no quotes, at most 254 characters."""

    def __init__(self, **kwargs: Any) -> None:
        metadata = {"format": "email", "example": "juniper@example.org"}
        super().__init__(least=3, most=254, metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        address = super()._deserialize(value, attr, data, **kwargs)
        problem = rules.address_problem(address)
        if problem:
            raise ValidationError(problem)
        return address


class Password(fields.String):
    """A password as it is typed to prove who one is."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs = {"validate": validate.Length(min=1, max=1000), "metadata": {"format": "password"}, **kwargs}
        super().__init__(load_only=True, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        password: str = super()._deserialize(value, attr, data, **kwargs)
        if any("\ud800" <= character <= "\udfff" for character in password):
            raise ValidationError("It has characters that cannot be typed.")
        return password


class NewPassword(Password):
    """A password that may be chosen: 15 to 200 characters, nothing easy to guess."""

    def __init__(self, **kwargs: Any) -> None:
        metadata = {"minLength": 15, "maxLength": 200, "format": "password"}
        super().__init__(validate=None, metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        password = super()._deserialize(value, attr, data, **kwargs)
        others = data if isinstance(data, dict) else {}
        handle, email = others.get("handle"), others.get("email")
        problem = rules.password_problem(
            password,
            handle=handle if isinstance(handle, str) else "",
            email=email if isinstance(email, str) else "",
        )
        if problem:
            raise ValidationError(problem)
        return rules.normal_password(password)


class Handle(Line):
    """The name others see: 2 to 32 letters, digits, blanks, dots and dashes."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(least=2, most=32, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        handle = super()._deserialize(value, attr, data, **kwargs)
        problem = rules.handle_problem(handle)
        if problem:
            raise ValidationError(problem)
        return handle


class SignInSchema(Shape):
    """E-mail and password."""

    email = Line(required=True, least=1, most=254, metadata={"example": "wren@example.org"})
    password = Password(required=True)


class SignedInMemberSchema(Shape):
    """Who signed in."""

    id = fields.UUID(required=True)
    handle = fields.String(required=True)
    role = fields.String(required=True)


class SignedInSchema(Shape):
    """A session: the bearer token, the member, and the CSRF token for who uses the cookie instead."""

    token = fields.String(required=True)
    csrf_token = fields.String(required=True)
    member = fields.Nested(SignedInMemberSchema, required=True)


class SessionSchema(Shape):
    """One of my sessions."""

    id = fields.UUID()
    label = fields.String()
    created_at = Moment()
    last_used_at = Moment()
    current = fields.Boolean()


class SessionsSchema(Shape):
    """All of my sessions."""

    items = fields.List(fields.Nested(SessionSchema))
    next_cursor = fields.String(allow_none=True)


class EmailSchema(Shape):
    """An address."""

    email = Address(required=True)


class SaidSchema(Shape):
    """What a person may be told."""

    detail = fields.String()


class PasswordSchema(Shape):
    """A new password."""

    password = NewPassword(required=True)


class ChangePasswordSchema(Shape):
    """The present password and the new one."""

    current_password = Password(required=True)
    password = NewPassword(required=True)


class InviteSchema(Shape):
    """Whom to invite, and as what."""

    email = Address(required=True)
    role = fields.String(load_default="alumnus", validate=validate.OneOf(ROLES))
    cohort_id = fields.UUID(load_default=None, allow_none=True)


class InvitationSchema(Shape):
    """An invitation and how far it has come."""

    id = fields.UUID()
    email = fields.String()
    role = fields.String()
    state = fields.String(metadata={"enum": ["created", "sent", "opened", "accepted", "expired", "revoked"]})
    created_at = Moment()
    expires_at = Moment()


class InvitedSchema(Shape):
    """A fresh invitation with its link, which is shown this once."""

    id = fields.UUID()
    state = fields.String()
    url = fields.String()


InvitationPage = page_of(InvitationSchema, "InvitationPage")


class CohortSchema(Shape):
    """People who finished together."""

    id = fields.UUID(dump_only=True)
    name = Line(required=True, least=1, most=80)
    created_at = Moment(dump_only=True)


CohortPage = page_of(CohortSchema, "CohortPage")


class ConsentSchema(Shape):
    """One text, accepted or not."""

    text_version = Line(required=True, most=60)
    accepted = fields.Boolean(required=True)


class ConsentTextSchema(Shape):
    """One of the texts that are agreed to on joining."""

    text_version = fields.String()
    title = fields.String()
    text = fields.String()
    required = fields.Boolean()


class ConsentTextsSchema(Shape):
    """All texts."""

    items = fields.List(fields.Nested(ConsentTextSchema))
    next_cursor = fields.String(allow_none=True)


class AcceptSchema(Shape):
    """What somebody fills in to join."""

    token = Line(required=True, most=200)
    handle = Handle(required=True)
    password = NewPassword(required=True)
    time_zone = fields.String(required=True, validate=time_zone_name, metadata={"example": "America/Denver"})
    consents = fields.List(fields.Nested(ConsentSchema), required=True, validate=validate.Length(max=20))

    @post_load
    def by_version(self, loaded: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Consents as a mapping from version to answer."""
        loaded["consents"] = {item["text_version"]: item["accepted"] for item in loaded["consents"]}
        return loaded


class ProfileSchema(Shape):
    """My own profile."""

    id = fields.UUID(dump_only=True)
    handle = fields.String(dump_only=True)
    role = fields.String(dump_only=True)
    email = fields.String(dump_only=True)
    time_zone = fields.String(dump_only=True)
    created_at = Moment(dump_only=True)
    consents = fields.List(fields.String(), dump_only=True)


class ChangeProfileSchema(Shape):
    """What I may change of it."""

    handle = Handle()
    time_zone = fields.String(validate=time_zone_name)

    @validates_schema
    def something(self, loaded: dict[str, Any], **_: Any) -> None:
        """At least one field."""
        if not loaded:
            raise ValidationError("Give a handle or a time zone.")


class MemberSchema(Shape):
    """A member as coordinators see them."""

    id = fields.UUID()
    handle = fields.String()
    role = fields.String()
    email = fields.String()
    state = fields.String()
    cohort = fields.String(allow_none=True)
    created_at = Moment()


MemberPage = page_of(MemberSchema, "MemberPage")


class SuspendSchema(Shape):
    """Why somebody is suspended (they read it), and until when; without an end it lasts until lifted."""

    reason = Text(required=True, least=3, most=1000)
    until = Moment(load_default=None, allow_none=True)


def suspension_fields(posted: Mapping[str, Any], *, now: datetime) -> dict[str, Any]:
    """A page's reason and number of `days` as SuspendSchema takes them; no number is until lifted."""
    days = str(posted.get("days", "")).strip()
    is_number = days.isascii() and days.isdigit() and len(days) < 4
    until = rfc3339(now + timedelta(days=int(days))) if is_number else days or None
    return {"reason": posted.get("reason", ""), "until": until}


class SanctionSchema(Shape):
    """A measure that was imposed."""

    id = fields.UUID()
    kind = fields.String()
    reason = fields.String()
    starts_at = Moment()
    ends_at = Moment(allow_none=True)


class ForbidContactSchema(Shape):
    """Who ordered that two members never meet."""

    source = fields.String(load_default="coordinator", validate=validate.OneOf(["coordinator", "court"]))


class NoContactSchema(Shape):
    """Whom a member is kept apart from by an order, by whose, since when."""

    id = fields.UUID()
    handle = fields.String()
    source = fields.String()
    created_at = Moment()


class NoContactsSchema(Shape):
    """All such orders of a member."""

    items = fields.List(fields.Nested(NoContactSchema))
    next_cursor = fields.String(allow_none=True)
