"""Schemas of answers to a meetup or a series."""

from marshmallow import fields, validate

from community.core.schemas import StrictSchema, UtcDateTime
from community.meetups.rules.rsvps import SHOWN, RsvpAnswer


class RsvpSchema(StrictSchema):
    """My answer. `waitlist_position` is my present place on the waitlist; 1 is next.

    `offer_expires_at`: a seat is offered to me until then. `asks_again`: the meetup moved far, and I have not confirmed
    yet. `is_standing`: it follows from my answer to the series.
    """

    state = fields.String(metadata={"enum": [*map(str, SHOWN)]})
    waitlist_position = fields.Integer(allow_none=True)
    offer_expires_at = UtcDateTime(allow_none=True)
    asks_again = fields.Boolean()
    is_standing = fields.Boolean()


class RsvpAnswerSchema(StrictSchema):
    """An answer to a meetup or to a series."""

    answer = fields.String(required=True, validate=validate.OneOf([*map(str, RsvpAnswer)]))


class StandingRsvpSchema(StrictSchema):
    """My answer to every occurrence of a series."""

    answer = fields.String(validate=validate.OneOf([*map(str, RsvpAnswer)]))
