"""Schemas of onboarding."""

from marshmallow import fields

from community.core.schemas import SingleLineText, StrictSchema, Text, UtcDateTime

MAX_GREETING = 1000


class CompanionMeetupSchema(StrictSchema):
    """An occurrence at which a newcomer has or could have a companion."""

    occurrence_id = fields.UUID()
    title = fields.String()
    url = fields.String()
    starts_at = UtcDateTime()
    time_zone = fields.String()


class OnboardingStepsSchema(StrictSchema):
    """The four steps and which are done."""

    hello = fields.Boolean()
    room = fields.Boolean()
    buddy = fields.Boolean()
    door = fields.Boolean()


class OnboardingSchema(StrictSchema):
    """My onboarding: my greeter, the room to begin in, and my companion at an occurrence."""

    done = fields.Nested(OnboardingStepsSchema)
    greeter = fields.String(allow_none=True)
    hello_room_id = fields.UUID(allow_none=True)
    room_id = fields.UUID(allow_none=True)
    room_name = fields.String(allow_none=True)
    door = fields.Nested(CompanionMeetupSchema, allow_none=True)
    is_wanted = fields.Boolean()
    companion = fields.String(allow_none=True)
    is_first_day = fields.Boolean()


class NewcomerSchema(StrictSchema):
    """A newcomer whom I greet or could accompany."""

    member_id = fields.UUID()
    handle = fields.String()
    started_at = UtcDateTime()
    room_id = fields.UUID(allow_none=True)
    door = fields.Nested(CompanionMeetupSchema, allow_none=True)
    i_wait = fields.Boolean()
    i_go = fields.Boolean()


class GreeterSchema(StrictSchema):
    """My offer to greet, and the newcomers whom I greet or could accompany."""

    offers = fields.Boolean()
    mine = fields.List(fields.Nested(NewcomerSchema))
    companion_requests = fields.List(fields.Nested(NewcomerSchema), data_key="doors")
    first_room_id = fields.UUID(allow_none=True)


class NewcomerRoomSchema(StrictSchema):
    """The room in which newcomers begin; null for their cohort's or the busiest one."""

    room_id = fields.UUID(required=True, allow_none=True)


class GreetingSchema(StrictSchema):
    """The first words to a newcomer. Without them only the room of the two is opened."""

    body = Text(load_default="", most=MAX_GREETING)
    client_msg_id = SingleLineText(load_default="hello", least=1, most=64)


class GreeterOfferSchema(StrictSchema):
    """My offer to greet newcomers."""

    offers = fields.Boolean(required=True)


class CompanionRequestSchema(StrictSchema):
    """The occurrence at which I want a companion."""

    occurrence_id = fields.UUID(required=True)


class CompletionSchema(StrictSchema):
    """Members whose first seven days ended within 90 days, and those with all four steps; null for under eleven."""

    people = fields.Integer(allow_none=True)
    all_four = fields.Integer(allow_none=True)
