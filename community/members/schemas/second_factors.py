"""Schemas of second factors."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from community.core.schemas import SingleLineText, StrictSchema
from community.members.schemas.passkeys import CredentialSchema


class CodeSchema(StrictSchema):
    """A code of an app."""

    code = SingleLineText(required=True, least=1, most=40, metadata={"example": "123456"})


class FinishSignInSchema(StrictSchema):
    """The token of a sign-in that waits, and a code of the member's app or a recovery code.

    Or what a passkey answered, which needs no sign-in that waits.
    """

    pending = fields.String(validate=validate.Length(max=100))
    code = SingleLineText(least=1, most=40, metadata={"example": "123456"})
    assertion = fields.Nested(CredentialSchema)

    @validates_schema
    def check_one(self, data: dict[str, Any], **options: Any) -> None:
        """Refuse a code without the sign-in that it is for, and a code beside a passkey."""
        if ("code" in data) == ("assertion" in data):
            raise ValidationError("Send a code or an assertion.", "code")
        if "code" in data and "pending" not in data:
            raise ValidationError("Please fill this in.", "pending")


class FactorAskedSchema(StrictSchema):
    """A sign-in that waits for a second factor: the kinds that finish it, and the token to finish it with."""

    second_factor = fields.List(fields.String(metadata={"enum": ["totp", "passkey", "recovery"]}), attribute="kinds")
    pending = fields.String()


class TotpSetupSchema(StrictSchema):
    """A new shared secret: as text, as an `otpauth:` address, and as a QR code in SVG."""

    secret = fields.String()
    uri = fields.String()
    svg = fields.String()


class RecoveryCodesSchema(StrictSchema):
    """Ten recovery codes, shown once. Each works once in place of a second factor."""

    recovery_codes = fields.List(fields.String())


class SecondFactorsSchema(StrictSchema):
    """My second factors."""

    kinds = fields.List(fields.String(metadata={"enum": ["totp", "passkey", "recovery"]}))
    recovery_codes_left = fields.Integer()


class FactorLinkSchema(StrictSchema):
    """A link by which the member may set up a second factor again, once, within 24 hours."""

    url = fields.String()
