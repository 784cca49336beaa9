"""Schemas of signing in, sessions and passwords."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from community.core.schemas import SingleLineText, StrictSchema, UtcDateTime
from community.members.schemas.fields import Address, NewPassword, Password
from community.members.schemas.passkeys import CredentialSchema


class SignInSchema(StrictSchema):
    """E-mail and password; and the token of an admin's link, for members who may set up a second factor again."""

    email = SingleLineText(required=True, least=1, most=254, metadata={"example": "wren@example.org"})
    password = Password(required=True)
    link = fields.String(load_default="", validate=validate.Length(max=100))


class SignedInMemberSchema(StrictSchema):
    """The member who signed in."""

    id = fields.UUID(required=True)
    handle = fields.String(required=True)
    role = fields.String(required=True)


class SignedInSchema(StrictSchema):
    """A session: the bearer token, the member, and the CSRF token for clients that use the cookie instead."""

    token = fields.String(required=True)
    csrf_token = fields.String(required=True)
    member = fields.Nested(SignedInMemberSchema, required=True)


class StepUpSchema(StrictSchema):
    """One of three: the password of a member without a second factor, a code, or what a passkey answered."""

    password = Password()
    code = SingleLineText(least=1, most=40, metadata={"example": "123456"})
    assertion = fields.Nested(CredentialSchema)

    @validates_schema
    def check_one(self, data: dict[str, Any], **options: Any) -> None:
        """Refuse none and several."""
        if len(data) != 1:
            raise ValidationError("Send a password, a code or an assertion.", "password")


class SteppedUpSchema(StrictSchema):
    """The token that replaces the session's, and the CSRF token for clients that use the cookie."""

    token = fields.String(required=True)
    csrf_token = fields.String(required=True)


class SessionSchema(StrictSchema):
    """One of my sessions."""

    id = fields.UUID()
    label = fields.String()
    created_at = UtcDateTime()
    last_used_at = UtcDateTime()
    current = fields.Boolean()


class SessionsSchema(StrictSchema):
    """All of my sessions."""

    items = fields.List(fields.Nested(SessionSchema))
    next_cursor = fields.String(allow_none=True)


class EmailSchema(StrictSchema):
    """An address."""

    email = Address(required=True)


class SaidSchema(StrictSchema):
    """A message for the person who asked."""

    detail = fields.String()


class PasswordSchema(StrictSchema):
    """A new password."""

    password = NewPassword(required=True)


class ChangePasswordSchema(StrictSchema):
    """The current password and the new one."""

    current_password = Password(required=True)
    password = NewPassword(required=True)
