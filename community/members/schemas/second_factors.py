"""Schemas of second factors."""

from marshmallow import fields, validate

from community.core.schemas import SingleLineText, StrictSchema


class CodeSchema(StrictSchema):
    """A code of an app."""

    code = SingleLineText(required=True, least=1, most=40, metadata={"example": "123456"})


class FinishSignInSchema(CodeSchema):
    """The token of a sign-in that waits, and a code of the member's app or a recovery code."""

    pending = fields.String(required=True, validate=validate.Length(max=100))


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
