"""Shapes of suggestions and pairings."""

from typing import Any

from marshmallow import ValidationError, fields, validate

from community.buddies.rules import CHOICES, END_REASONS, SEEN_STATES, normal_phone
from community.core.schemas import SingleLineText, StrictSchema, UtcDateTime, page_of


class OtherSchema(StrictSchema):
    """The suggested member's text about themself; null once the suggestion is over."""

    about = fields.String(allow_none=True)


class SuggestionSchema(StrictSchema):
    """A suggestion as I may see it. Nothing in it shows the other's answer before both accepted."""

    id = fields.UUID()
    state = fields.String(metadata={"enum": list(SEEN_STATES)})
    expires_at = UtcDateTime()
    reasons = fields.List(fields.String())
    other = fields.Nested(OtherSchema)


SuggestionPage = page_of(SuggestionSchema, "BuddySuggestionPage")


class AnsweredSchema(StrictSchema):
    """The result of my answer."""

    state = fields.String(metadata={"enum": ["accepted_by_one", "matched", "declined"]})


class BuddySchema(StrictSchema):
    """My buddy."""

    id = fields.UUID()
    handle = fields.String()


class PairingSchema(StrictSchema):
    """One of my pairings and its room."""

    id = fields.UUID()
    state = fields.String(metadata={"enum": ["active", "paused", "ended"]})
    other = fields.Nested(BuddySchema)
    room_id = fields.UUID()
    started_at = UtcDateTime()
    ended_at = UtcDateTime(allow_none=True)
    paused_by_me = fields.Boolean()
    trial_until = UtcDateTime(allow_none=True)
    asked = fields.String(metadata={"enum": ["", "trial", "quiet"]})
    answers_until = UtcDateTime(allow_none=True)
    my_choice = fields.String(metadata={"enum": ["", *CHOICES]})


PairingPage = page_of(PairingSchema, "PairingPage")


class ChoiceSchema(StrictSchema):
    """My private answer about going on."""

    choice = fields.String(required=True, validate=validate.OneOf(CHOICES))


class Phone(SingleLineText):
    """A phone number as people write it; see `rules.normal_phone`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(least=1, most=100, metadata={"example": "+1 555 0100"}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        number = normal_phone(super()._deserialize(value, attr, data, **kwargs))
        if number is None:
            raise ValidationError("Write a number, such as (555) 010-0199 or +1 555 010 0199 ext. 12.")
        return number


class PhoneSchema(StrictSchema):
    """My number for my buddy."""

    number = Phone(required=True)


class PhonesSchema(StrictSchema):
    """Our numbers. `theirs` is included only when both are shared."""

    mine = fields.String(allow_none=True)
    theirs = fields.String(allow_none=True)


class DaySchema(StrictSchema):
    """A day on which a member's buddy is away."""

    id = fields.UUID()
    state = fields.String(metadata={"enum": ["offered", "wanted", "claimed", "over"]})
    ends_at = UtcDateTime()
    room_id = fields.UUID(allow_none=True)
    is_mine = fields.Boolean()
    i_am_there = fields.Boolean()


class NotifiedSchema(StrictSchema):
    """The number of buddies who are notified."""

    notified_count = fields.Integer(data_key="told")


class EndSchema(StrictSchema):
    """The reason why a pairing ends. Only `safety` is seen by others: a coordinator reviews it."""

    reason = fields.String(load_default="left", validate=validate.OneOf(END_REASONS))
