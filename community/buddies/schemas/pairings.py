"""Shapes of suggestions and pairings."""

from marshmallow import fields, validate

from community.buddies.rules import CHOICES, END_REASONS, SEEN_STATES
from community.core.schemas import Moment, Shape, page_of


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


class PhoneSchema(Shape):
    """My number for my buddy."""

    number = fields.String(
        required=True,
        validate=[
            validate.Length(max=40),
            validate.Regexp(r"^\+?[0-9][0-9 ()./-]{3,28}$", error="A number has digits, spaces, + and - only."),
        ],
        metadata={"example": "+1 555 0100"},
    )


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
