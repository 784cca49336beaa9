"""Shapes of suggestions and pairings."""

from typing import Any

from marshmallow import ValidationError, fields, validate

from community.buddies.rules import CHOICES, END_REASONS, SEEN_STATES, normal_phone
from community.core.schemas import Line, Moment, Shape, page_of


class OtherSchema(Shape):
    """What somebody wrote about themself; null once the suggestion is over."""

    about = fields.String(allow_none=True)


class SuggestionSchema(Shape):
    """A suggestion as I may see it. The other's answer shows in nothing of it before both said yes."""

    id = fields.UUID()
    state = fields.String(metadata={"enum": list(SEEN_STATES)})
    expires_at = Moment()
    reasons = fields.List(fields.String())
    other = fields.Nested(OtherSchema)


SuggestionPage = page_of(SuggestionSchema, "BuddySuggestionPage")


class AnsweredSchema(Shape):
    """What my answer came to."""

    state = fields.String(metadata={"enum": ["accepted_by_one", "matched", "declined"]})


class BuddySchema(Shape):
    """My buddy."""

    id = fields.UUID()
    handle = fields.String()


class PairingSchema(Shape):
    """A pairing of mine and its room."""

    id = fields.UUID()
    state = fields.String(metadata={"enum": ["active", "paused", "ended"]})
    other = fields.Nested(BuddySchema)
    room_id = fields.UUID()
    started_at = Moment()
    ended_at = Moment(allow_none=True)
    paused_by_me = fields.Boolean()
    trial_until = Moment(allow_none=True)
    asked = fields.String(metadata={"enum": ["", "trial", "quiet"]})
    answers_until = Moment(allow_none=True)
    my_choice = fields.String(metadata={"enum": ["", *CHOICES]})


PairingPage = page_of(PairingSchema, "PairingPage")


class ChoiceSchema(Shape):
    """What I say in private about going on."""

    choice = fields.String(required=True, validate=validate.OneOf(CHOICES))


class Phone(Line):
    """A phone number as people write it; see `rules.normal_phone`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(least=1, most=100, metadata={"example": "+1 555 0100"}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        number = normal_phone(super()._deserialize(value, attr, data, **kwargs))
        if number is None:
            raise ValidationError("Write a number, such as (555) 010-0199 or +1 555 010 0199 ext. 12.")
        return number


class PhoneSchema(Shape):
    """My number for my buddy."""

    number = Phone(required=True)


class PhonesSchema(Shape):
    """Our numbers; `theirs` is there only when we both share."""

    mine = fields.String(allow_none=True)
    theirs = fields.String(allow_none=True)


class DaySchema(Shape):
    """A day on which somebody's buddy cannot."""

    id = fields.UUID()
    state = fields.String(metadata={"enum": ["offered", "wanted", "claimed", "over"]})
    ends_at = Moment()
    room_id = fields.UUID(allow_none=True)
    is_mine = fields.Boolean()
    i_am_there = fields.Boolean()


class ToldSchema(Shape):
    """How many buddies hear of it."""

    told = fields.Integer()


class EndSchema(Shape):
    """Why a pairing ends. Only `safety` is seen by anybody else: a coordinator looks into it."""

    reason = fields.String(load_default="left", validate=validate.OneOf(END_REASONS))
