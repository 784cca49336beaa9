"""Meetups of the lived-in demo: a weekly dinner with a waiting list, a walk, a call and a film night."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from community.demo.story import Story
from community.meetups.actions import attendance, create, hosting, rsvps
from community.meetups.models import Occurrence
from community.meetups.rules.rsvps import RsvpAnswer

GOING, MAYBE = RsvpAnswer.GOING, RsvpAnswer.MAYBE
TABLE = ("Wren", "Tamsin", "Linden", "Fen", "Hazel")  # at the table every week
WALK = ("Juniper", "Wren", "Quill")


def add_meetups(story: Story) -> None:
    """Add the posting of each meetup, the answers, and the attendance of the past ones."""
    made: dict[str, UUID] = {}

    def post(name: str, **details: Any) -> None:
        made[name] = story.act("Dana", create.post, time_zone=story.zone.key, **details).id

    def answer(handle: str, name: str, said: RsvpAnswer = GOING) -> None:
        story.act(handle, rsvps.answer_series, meetup_id=made[name], answer=said)

    def answer_next(handle: str, name: str, said: RsvpAnswer = GOING) -> None:
        story.act(handle, rsvps.answer_occurrence, occurrence_id=_coming(story, made[name]), answer=said)

    posted = story.local(24, "12:00")
    story.at(
        posted,
        post,
        "table",
        title="Thursday table",
        description="Dinner at the community center. We cook together from six and eat at seven.\n\n"
        "Come in by the side door. You don't have to talk, and you can leave when you like.",
        starts_at_local=_next(story, posted, weekday=3, at="19:00"),
        duration_minutes=120,
        capacity=7,
        recurrence="FREQ=WEEKLY;COUNT=9",
        place={"kind": "in_person", "address": "Community center, 12 Mill Lane, side door"},
        has_room=True,
    )
    story.at(
        posted,
        post,
        "walk",
        title="Sunday walk",
        description="Two slow hours along the river. Dogs welcome.",
        starts_at_local=_next(story, posted, weekday=6, at="10:00"),
        duration_minutes=120,
        recurrence="FREQ=WEEKLY;COUNT=8",
        place={"kind": "in_person", "address": "River path, north parking lot"},
    )
    story.at(
        story.local(9, "11:00"),
        post,
        "call",
        title="Early birds call",
        description="Fifteen minutes to start the day. Cameras stay off.",
        starts_at_local=_next(story, story.local(9, "11:00"), weekday=0, at="07:00"),
        duration_minutes=15,
        recurrence="FREQ=WEEKLY;BYDAY=MO,WE,FR;COUNT=12",
        place={"kind": "online", "url": "https://meet.example/early-birds"},
    )
    story.at(
        story.ago(hours=20),
        post,
        "film",
        title="Film night",
        description="A funny one. Popcorn is on us.",
        starts_at_local=datetime.combine(story.today + timedelta(days=5), time(18, 30)),
        duration_minutes=150,
        capacity=12,
        place={"kind": "in_person", "address": "Community center, 12 Mill Lane, side door"},
    )
    for handle in TABLE:
        story.at(story.local(23, "18:00"), answer, handle, "table")
    for handle in WALK:
        story.at(story.local(23, "18:30"), answer, handle, "walk")
    for handle in ("Rowan", "Sage", "Robin", "Otis"):
        story.at(story.local(4, "09:00"), answer_next, handle, "table")
    for handle, said in (("Tamsin", GOING), ("Kestrel", MAYBE), ("Piper", GOING)):
        story.at(story.ago(hours=4), answer_next, handle, "film", said)
    for days in range(15, 0, -7):
        story.at(story.local(days, "12:00"), _confirm_next, story)
    story.at(story.ago(hours=3), lambda: _mark_attendance(story, made["table"]))


def _next(story: Story, after: datetime, *, weekday: int, at: str) -> datetime:
    """Return the local time of the first such weekday after a moment's day, without a zone."""
    day = after.astimezone(story.zone).date()
    return datetime.combine(day + timedelta(days=(weekday - day.weekday()) % 7 or 7), time.fromisoformat(at))


def _occurrences(story: Story, meetup_id: UUID) -> list[Occurrence]:
    with story.store.read_context() as ctx:
        rows = select(Occurrence).where(Occurrence.meetup_id == meetup_id).order_by(Occurrence.starts_at)
        return list(ctx.session.scalars(rows))


def _coming(story: Story, meetup_id: UUID) -> UUID:
    return next(row.id for row in _occurrences(story, meetup_id) if row.starts_at > story.now)


def _confirm_next(story: Story) -> None:
    """Confirm the next meetup of each series, or it would be paused as abandoned."""
    with story.store.read_context() as ctx:
        coming = select(Occurrence.meetup_id, Occurrence.id).where(Occurrence.starts_at > ctx.now)
        found = ctx.session.execute(coming.order_by(Occurrence.starts_at.desc())).all()
    for occurrence_id in dict(found).values():  # the earliest of each meetup comes last
        story.act("Dana", hosting.confirm, occurrence_id=occurrence_id)


def _mark_attendance(story: Story, meetup_id: UUID) -> None:
    past = [row.id for row in _occurrences(story, meetup_id) if row.ends_at < story.now]
    for occurrence_id in past:
        for handle in TABLE:
            story.act(
                "Dana",
                attendance.mark,
                occurrence_id=occurrence_id,
                state="excused" if handle == "Fen" and occurrence_id == past[-1] else "attended",
                nonce=f"demo-{occurrence_id}-{handle}",
                member_id=story.members[handle].id,
            )
