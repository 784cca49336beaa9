"""Shapes of buddy profiles."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, pre_load, validate, validates_schema

from community.buddies.matching.candidate import FAMILIES, GENDERS, LIFE_STAGES, MEETS, SPIRITUALITIES, WORKS
from community.buddies.matching.profile_json import minute_of
from community.buddies.rules import MAX_BUDDIES, ROLES, SEARCH_REASONS, SEARCH_STATES
from community.core.schemas import FIRST_YEAR, LAST_YEAR, SingleLineText, StrictSchema, Text, UtcDateTime

MAX_TAGS = 20
MAX_MENTOR_MONTHS = 120


MAX_WINDOWS = 42


class Clock(fields.String):
    """A time of day, `18:30`; `24:00` is the end of the day."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(metadata={"example": "18:30"}, validate=validate.Length(max=5), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        clock: str = super()._deserialize(value, attr, data, **kwargs)
        try:
            minute = minute_of(clock)
        except ValueError as error:
            raise ValidationError("Write a time like 18:30.") from error
        return f"{minute // 60:02}:{minute % 60:02}"


class Month(fields.Field[date]):
    """A month, `2026-03`, as a date its first day. Not in the future."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(metadata={"example": "2025-03", "type": "string"}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        try:
            month = date.fromisoformat(f"{value}-01")
            if not FIRST_YEAR <= month.year <= LAST_YEAR:
                raise ValueError
            return month
        except ValueError as error:
            raise ValidationError("Write a month like 2025-03.") from error

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else f"{value:%Y-%m}"


class WindowSchema(StrictSchema):
    """A weekly window of free time, in the member's time zone. `to` before `from` runs past midnight."""

    weekday = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(min=0, max=6),
        metadata={"description": "0 is Monday, 6 is Sunday"},
    )
    start = Clock(required=True, data_key="from")
    end = Clock(required=True, data_key="to")

    @validates_schema
    def takes_some_time(self, loaded: dict[str, Any], **_: Any) -> None:
        """Refuse an empty window."""
        if loaded["start"] in (loaded["end"], "24:00"):
            raise ValidationError("Choose an end that differs from the start.", "to")


def tags(max_tags: int = MAX_TAGS) -> fields.List[Any]:
    """Return a field for a few words of at most 40 characters each."""
    return fields.List(SingleLineText(least=1, most=40), validate=validate.Length(max=max_tags))


class WishesSchema(StrictSchema):
    """Wishes about the buddy. A plain list of words counts for every field."""

    pathways = tags()
    interests = tags()
    languages = tags()

    @pre_load
    def list_for_all(self, sent: Any, **_: Any) -> Any:
        """Turn a list of words into a wish for each field."""
        return dict.fromkeys(("pathways", "interests", "languages"), sent) if isinstance(sent, list) else sent


class RulesSchema(StrictSchema):
    """Exclusions: pathways, genders (nor left unsaid), or members. In a plain list, genders are recognized."""

    pathways = tags()
    genders = fields.List(fields.String(validate=validate.OneOf(GENDERS)), validate=validate.Length(max=len(GENDERS)))
    members = fields.List(fields.UUID(), validate=validate.Length(max=50))

    @pre_load
    def list_by_meaning(self, sent: Any, **_: Any) -> Any:
        """Sort a list of words into genders and pathways."""
        if not isinstance(sent, list) or not all(isinstance(word, str) for word in sent):
            return sent
        return {
            "genders": [word for word in sent if word in GENDERS],
            "pathways": [word for word in sent if word not in GENDERS],
        }


def profile_fields(*, whole: bool) -> dict[str, fields.Field[Any]]:
    """Return the fields of a profile. With `whole`, missing fields get defaults; otherwise they stay unchanged."""

    def default(value: Any) -> dict[str, Any]:
        return {"load_default": value} if whole else {}

    return {
        "role": fields.String(required=whole, validate=validate.OneOf(ROLES)),
        "capacity": fields.Integer(strict=True, validate=validate.Range(min=1, max=MAX_BUDDIES), **default(1)),
        "pathways": _tag_list(default([])),
        "languages": _tag_list(default([])),
        "interests": _tag_list(default([])),
        "availability": fields.List(
            fields.Nested(WindowSchema), validate=validate.Length(max=MAX_WINDOWS), **default([])
        ),
        "gender": fields.String(validate=validate.OneOf(("", *GENDERS)), **default("")),
        "buddy_gender": fields.String(validate=validate.OneOf(("any", *GENDERS)), **default("any")),
        "prefers": fields.Nested(WishesSchema, **default({})),
        "excludes": fields.Nested(RulesSchema, **default({})),
        "about": Text(most=1000, **default("")),
        "life_stage": _one_of(("", *LIFE_STAGES), default("")),
        "family": fields.List(
            fields.String(validate=validate.OneOf(FAMILIES)), validate=validate.Length(max=len(FAMILIES)), **default([])
        ),
        "work": _one_of(("", *WORKS), default("")),
        "spirituality": _one_of(("", *SPIRITUALITIES), default("")),
        "along_since": Month(allow_none=True, **default(None)),
        "mentor_months": fields.Integer(
            strict=True, validate=validate.Range(min=0, max=MAX_MENTOR_MONTHS), **default(0)
        ),
        "meets": _one_of(MEETS, default("any")),
        "area": SingleLineText(most=40, **default("")),
        "quiet_days": fields.List(
            fields.Integer(strict=True, validate=validate.Range(min=0, max=6)),
            validate=validate.Length(max=6),
            **default([]),
        ),
        "stands_in": fields.Boolean(**default(False)),
    }


def _one_of(known: Sequence[str], default: dict[str, Any]) -> fields.String:
    return fields.String(validate=validate.OneOf(known), **default)


def _tag_list(default: dict[str, Any]) -> fields.List[Any]:
    return fields.List(SingleLineText(least=1, most=40), validate=validate.Length(max=MAX_TAGS), **default)


class _Stored(StrictSchema):
    """Base of schemas that load a profile's answers as plain values."""

    @post_load
    def stored(self, loaded: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return the fields as the action takes them."""
        kept = dict(loaded)
        if "availability" in kept:
            kept["availability"] = [
                {"weekday": one["weekday"], "from": one["start"], "to": one["end"]} for one in kept["availability"]
            ]
        if "members" in kept.get("excludes", {}):
            kept["excludes"] = {**kept["excludes"], "members": [str(one) for one in kept["excludes"]["members"]]}
        return kept


SaveProfileSchema: type[Schema] = _Stored.from_dict(profile_fields(whole=True), name="BuddyProfileIn")


ChangeProfileSchema: type[Schema] = _Stored.from_dict(profile_fields(whole=False), name="BuddyProfileChange")


class BuddyProfileSchema(StrictSchema):
    """My profile. Only I see it, except `about`, which members who are suggested to me see too."""

    role = fields.String(metadata={"enum": list(ROLES)})
    capacity = fields.Integer()
    pathways = fields.List(fields.String())
    languages = fields.List(fields.String())
    interests = fields.List(fields.String())
    availability = fields.List(fields.Dict())
    gender = fields.String()
    buddy_gender = fields.String()
    prefers = fields.Dict()
    excludes = fields.Dict()
    about = fields.String()
    life_stage = fields.String()
    family = fields.List(fields.String())
    work = fields.String()
    spirituality = fields.String()
    along_since = Month(allow_none=True)
    mentor_months = fields.Integer()
    meets = fields.String()
    area = fields.String()
    quiet_days = fields.List(fields.Integer())
    stands_in = fields.Boolean()
    is_approved = fields.Boolean()
    is_complete = fields.Boolean()
    is_paused = fields.Boolean()
    paused_until = UtcDateTime(allow_none=True)
    active_count = fields.Integer()
    approved_places = fields.Integer(allow_none=True)
    cooldown_until = UtcDateTime(data_key="rests_until", allow_none=True)


class PauseSchema(StrictSchema):
    """The end of a pause; without it, it lasts until resumed."""

    until = UtcDateTime(load_default=None, allow_none=True)


class HelpSchema(StrictSchema):
    """One thing that I could change to find a buddy sooner. `step` is the page `/buddy/profile/{step}`."""

    code = fields.String(metadata={"enum": ["languages", "hours", "role", "gender", "pathways", "months", "place"]})
    text = fields.String()
    step = fields.String()


class BuddySearchSchema(StrictSchema):
    """My search for a buddy, after the last match run. It says nothing about any other member."""

    state = fields.String(metadata={"enum": list(SEARCH_STATES)})
    reason = fields.String(allow_none=True, metadata={"enum": [*SEARCH_REASONS, None]})
    message = fields.String(metadata={"example": "We're looking for someone who fits."})
    helps = fields.List(fields.Nested(HelpSchema))
    searched_at = UtcDateTime(allow_none=True)
    next_search_at = UtcDateTime(allow_none=True)
