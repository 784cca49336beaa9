"""Shapes of the first seven days."""

from marshmallow import fields

from community.core.schemas import StrictSchema, UtcDateTime


class CompanionMeetupSchema(StrictSchema):
    """A date at which somebody is met at the door."""

    occurrence_id = fields.UUID()
    title = fields.String()
    url = fields.String()
    starts_at = UtcDateTime()


class OnboardingStepsSchema(StrictSchema):
    """Which of the four are done."""

    hello = fields.Boolean()
    room = fields.Boolean()
    buddy = fields.Boolean()
    door = fields.Boolean()


class OnboardingSchema(StrictSchema):
    """My first days: who welcomes me, where to begin, and who waits for me at which date."""

    done = fields.Nested(OnboardingStepsSchema)
    greeter = fields.String(allow_none=True)
    hello_room_id = fields.UUID(allow_none=True)
    room_id = fields.UUID(allow_none=True)
    room_name = fields.String(allow_none=True)
    door = fields.Nested(CompanionMeetupSchema, allow_none=True)
    is_wanted = fields.Boolean()
    companion = fields.String(allow_none=True)


class NewcomerSchema(StrictSchema):
    """Somebody new whom I welcome, or could meet at a door."""

    member_id = fields.UUID()
    handle = fields.String()
    started_at = UtcDateTime()
    room_id = fields.UUID(allow_none=True)
    door = fields.Nested(CompanionMeetupSchema, allow_none=True)
    i_wait = fields.Boolean()
    i_go = fields.Boolean()


class GreeterSchema(StrictSchema):
    """What I do for those who are new."""

    offers = fields.Boolean()
    mine = fields.List(fields.Nested(NewcomerSchema))
    doors = fields.List(fields.Nested(NewcomerSchema))


class GreeterOfferSchema(StrictSchema):
    """Whether I welcome those who are new."""

    offers = fields.Boolean(required=True)


class CompanionRequestSchema(StrictSchema):
    """At which date I would like to be met."""

    occurrence_id = fields.UUID(required=True)


class CompletionSchema(StrictSchema):
    """Of those whose first seven days ended in 90 days: how many had all four; null under eleven people."""

    people = fields.Integer(allow_none=True)
    all_four = fields.Integer(allow_none=True)
