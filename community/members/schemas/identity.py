"""Schemas of identity records."""

from typing import Any

from marshmallow import ValidationError, fields, validate

from community.core.schemas import SingleLineText, StrictSchema, UtcDateTime
from community.members.rules.identity import REASONS


class Phone(SingleLineText):
    """A phone number as people write it: digits, spaces, and + - . / ( ). Kept as it was written."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(most=40, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        phone = super()._deserialize(value, attr, data, **kwargs)
        if phone and (
            sum(mark.isdigit() for mark in phone) < 3 or not all(mark in "0123456789 +-./()x#" for mark in phone)
        ):
            raise ValidationError("Enter a phone number, such as 555 010 0199.")
        return phone


class IdentitySchema(StrictSchema):
    """My legal name, town and emergency contact. Each may be empty. All empty deletes the record."""

    legal_name = SingleLineText(load_default="", most=120)
    town = SingleLineText(load_default="", most=120)
    contact_name = SingleLineText(load_default="", most=120)
    contact_phone = Phone(load_default="")
    contact_relation = SingleLineText(load_default="", most=60)


class OpenIdentitySchema(StrictSchema):
    """The reason why staff open a record. The member reads it."""

    reason = fields.String(required=True, validate=validate.OneOf(list(REASONS)))


class OpenedIdentitySchema(StrictSchema):
    """A member's record as staff see it. `is_own` says that the member wrote it last."""

    details = fields.Nested(IdentitySchema)
    is_own = fields.Boolean()
    changed_at = UtcDateTime()
