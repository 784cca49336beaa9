"""Schemas of passkeys. Their answers have the form of WebAuthn's JSON; fields that browsers add are left out."""

from marshmallow import EXCLUDE, Schema, fields, validate

from community.core.schemas import StrictSchema, UtcDateTime

Base64 = validate.Length(max=20_000)


class AuthenticatorResponseSchema(Schema):
    """The answer of an authenticator: with `attestationObject` for a new passkey, else with a signature."""

    class Meta:
        unknown = EXCLUDE

    clientDataJSON = fields.String(required=True, validate=Base64)
    attestationObject = fields.String(validate=Base64)
    authenticatorData = fields.String(validate=Base64)
    signature = fields.String(validate=Base64)
    userHandle = fields.String(allow_none=True, validate=Base64)
    transports = fields.List(fields.String(validate=validate.Length(max=20)), validate=validate.Length(max=10))


class CredentialSchema(Schema):
    """A `PublicKeyCredential` as JSON."""

    class Meta:
        unknown = EXCLUDE

    id = fields.String(required=True, validate=validate.Length(max=1400))
    rawId = fields.String(required=True, validate=validate.Length(max=1400))
    type = fields.String(required=True, validate=validate.OneOf(["public-key"]))
    response = fields.Nested(AuthenticatorResponseSchema, required=True)


class NewPasskeySchema(StrictSchema):
    """The browser's answer to `POST /me/passkeys/options`."""

    credential = fields.Nested(CredentialSchema, required=True)


class PasskeySchema(StrictSchema):
    """One of my passkeys. `may_be_copied`: it showed an old count and signs in no more."""

    id = fields.UUID()
    name = fields.String()
    created_at = UtcDateTime()
    last_used_at = UtcDateTime(allow_none=True)
    may_be_copied = fields.Boolean()


class RegisteredSchema(PasskeySchema):
    """A new passkey, and ten recovery codes when it is my first second factor. They are shown once."""

    recovery_codes = fields.List(fields.String())


class PasskeysSchema(StrictSchema):
    """All of my passkeys."""

    items = fields.List(fields.Nested(PasskeySchema))
    next_cursor = fields.String(allow_none=True)


class OptionsSchema(StrictSchema):
    """Options for the browser's WebAuthn call, as its JSON form has them."""

    options = fields.Dict(keys=fields.String())
