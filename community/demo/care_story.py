"""Pairs and care of the lived-in demo: a match run, check-ins, milestones, tough times, a call for help."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from community.buddies.actions import runs, suggestions
from community.buddies.models.suggestions import Suggestion
from community.buddies.queries import pairings
from community.check_ins.actions import check_ins
from community.check_ins.actions.schedule import set_schedule
from community.demo.story import Story
from community.demo.talk import PAIR, REACH_OUT
from community.inactivity.actions import set_watch
from community.milestones.actions import create_milestone, share_milestone
from community.planned_support.actions import plan_support
from community.reach_outs.actions import reach_outs

PAIRED = ("Wren", "Juniper")
MILESTONES: tuple[tuple[str, str, str, int, int | None, str], ...] = (
    ("Wren", "without", "Alcohol", 412, None, "nobody"),
    ("Juniper", "without", "Pills", 77, None, "buddy"),
    ("Juniper", "own", "Evening walk", 20, None, "nobody"),
    ("Otis", "less", "Sleepless nights", 30, 2, "nobody"),
)


def add_pairs(story: Story) -> None:
    """Add a match run in which some accept. The others have new suggestions to answer now."""

    def run_matching() -> None:
        with story.store.unit_of_work(story.members["Dana"]) as uow:
            run_id = runs.start(uow, seed=1).id
        runs.solve(story.store, run_id)

    def accept() -> None:
        with story.store.read_context() as ctx:
            found = list(ctx.session.execute(select(Suggestion.id, Suggestion.a_id, Suggestion.b_id)))
        handles = {actor.id: handle for handle, actor in story.members.items()}
        pairs = sorted(
            (handles[a] not in PAIRED, handles[a], handles[b], row)
            for row, a, b in found
            if "Otis" not in (handles[a], handles[b])  # he has one to answer
        )
        for _, one, other, row in pairs[:5]:
            story.act(one, suggestions.accept, suggestion_id=row)
            story.act(other, suggestions.accept, suggestion_id=row)

    story.at(story.local(10, "09:00"), run_matching)
    story.at(story.local(10, "18:00"), accept)
    for days in (6, 2):  # each ends what expired and suggests the next
        story.at(story.local(days, "18:00"), story.act, None, suggestions.settle_due, limit=100)
    story.talk(lambda: _pair_room(story), PAIR)


def _pair_room(story: Story) -> UUID:
    with story.store.read_context(story.members[PAIRED[0]]) as ctx:
        return next(one.room_id for one in pairings.my_buddies(ctx) if one.other.handle == PAIRED[1])


def add_care(story: Story) -> None:
    """Add what members did for themselves, and a call for help that was answered."""
    for handle, kind, title, days, per_week, shared in MILESTONES:
        since = story.today - timedelta(days=days)
        details = {"kind": kind, "title": title, "since": since, "per_week": per_week}
        story.at(story.local(9, "12:00"), _milestone, story, handle, shared, **details)
    for handle in ("Wren", "Juniper", "Otis"):
        story.at(
            story.local(9, "12:10"),
            story.act,
            handle,
            set_schedule,
            every="day",
            weekday=0,
            at="20:30",
            notify_buddy=False,
        )
    story.at(
        story.local(8, "12:00"),
        story.act,
        "Juniper",
        plan_support,
        weekday=4,
        month_day=None,
        begins="20:00",
        ends="23:00",
        kinds=["breathe", "buddy"],
        note="Kettle on, shoes off.",
    )
    story.at(
        story.local(8, "12:05"), story.act, "Wren", set_watch, is_on=True, notify_buddy=True, notify_coordinator=False
    )
    answers: dict[str, int | str] = {"mood": 3, "craving": 4, "sleep": 3, "connection": 4}
    story.at(story.ago(hours=26), story.act, "Wren", check_ins.record_check_in, audience="buddy", **answers)
    answers = {
        "mood": 2,
        "craving": 5,
        "sleep": 2,
        "connection": 3,
        "note": "A long week. I'd like to hear from someone.",
    }
    story.at(story.ago(hours=22), story.act, "Juniper", check_ins.record_check_in, audience="coordinator", **answers)
    _reach_out(story)


def _milestone(story: Story, handle: str, shared: str, **details: Any) -> None:
    made = story.act(handle, create_milestone, **details)
    if shared != "nobody":
        story.act(handle, share_milestone, milestone_id=made.id, shared_with=shared)


def _reach_out(story: Story) -> None:
    made: dict[str, Any] = {}

    def ask() -> None:
        made["row"], _ = story.act("Juniper", reach_outs.request_help, note="Old friends are outside.")

    def claim() -> None:
        made["room"] = story.act("Wren", reach_outs.claim, reach_out_id=made["row"].id).room_id

    story.at(story.local(6, "21:41"), ask)
    story.at(story.local(6, "21:43"), claim)
    story.talk(lambda: made["room"], REACH_OUT)
    story.at(
        story.local(6, "22:10"),
        lambda: story.act("Juniper", reach_outs.close, reach_out_id=made["row"].id, ending="okay"),
    )
    until = story.now + timedelta(hours=3)
    story.at(story.ago(hours=1), story.act, "Kestrel", reach_outs.set_availability, until=until)
