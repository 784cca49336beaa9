"""The lived-in demo: two weeks of a community, told by the product's own actions at moments of the past.

Every step runs as it would have run then, and events are processed between the steps, so that rooms, waiting lists,
pairings and notifications hold what members would have made. Times are relative to the moment of loading.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import delete

from community.core.outbox import leases
from community.core.permissions import Role
from community.core.unit_of_work import Actor, UnitOfWorkFactory
from community.demo.plan import Plan
from community.demo.talk import Line
from community.notifications.models import Delivery
from community.processes.event_processing import EventProcessor
from community.processes.watchdog import Watchdog
from community.rooms.actions import pins, reactions
from community.rooms.engine.message_writer import MessageWriter

BATCH = 100
PAUSE = timedelta(minutes=45)
HISTORY = timedelta(days=45)  # the members joined then


class Story:
    """Steps of the past, told in the order of their moments. `now` is the moment of loading."""

    def __init__(self, store: UnitOfWorkFactory, plan: Plan, *, time_zone: str, now: datetime) -> None:
        self.now, self._moment = now, now - HISTORY
        self.zone = ZoneInfo(time_zone)
        self.store = store.with_clock(lambda: self._moment)
        self.members = {
            handle: Actor(id=member_id, handle=handle, role=Role(role), time_zone=time_zone)
            for member_id, _, handle, role in plan.members
        }
        self._steps: list[tuple[datetime, int, Callable[[], object]]] = []
        self._writer = MessageWriter(self.store)
        self._events = EventProcessor(self.store, Watchdog(), leases.DatabaseClock(self.store.clock))

    @property
    def today(self) -> date:
        """The present day in the demo's time zone."""
        return self.now.astimezone(self.zone).date()

    def local(self, days_ago: int, at: str) -> datetime:
        """Return a local time of a day before today (after it, when negative)."""
        return datetime.combine(self.today - timedelta(days=days_ago), time.fromisoformat(at), self.zone)

    def ago(self, *, hours: float) -> datetime:
        """Return the moment some hours before now."""
        return self.now - timedelta(hours=hours)

    def at(self, moment: datetime, step: Callable[..., object], *arguments: Any, **named: Any) -> None:
        """Add a step. Steps of one moment run in the order they were added."""
        self._steps.append((moment.astimezone(self.now.tzinfo), len(self._steps), partial(step, *arguments, **named)))

    def act(self, handle: str | None, action: Callable[..., Any], **arguments: Any) -> Any:
        """Run an action as a member, or as the system, at the moment of the present step."""
        with self.store.unit_of_work(self.members[handle] if handle else None, durable=False) as uow:
            return action(uow, **arguments)

    def talk(self, room: Callable[[], UUID], lines: Sequence[Line]) -> None:
        """Add a step for each line of a conversation in a room, which need not exist before the first of them."""
        named: dict[str, UUID] = {}
        for number, line in enumerate(lines):
            moment = self.local(line.days, line.at) if line.hours is None else self.ago(hours=line.hours)
            self.at(moment, self._say, room, line, number, named)

    def run(self) -> None:
        """Run all steps, and process events whenever nothing happens for a while."""
        steps = sorted(self._steps, key=lambda entry: entry[:2])
        nexts = [moment for moment, *_ in steps[1:]] + [self.now + PAUSE]
        for (moment, _, step), following in zip(steps, nexts, strict=True):
            if moment > self.now:
                raise ValueError("A step of the demo is in the future.")
            self._moment = moment
            step()
            if following - moment >= PAUSE:
                self._process_events()
        self._moment = self.now
        self._process_events()
        with self.store.unit_of_work(durable=False) as uow:  # the demo's addresses get no mail of its past
            uow.session.execute(delete(Delivery).where(Delivery.state == "due"))

    def _process_events(self) -> None:
        while True:
            with self.store.unit_of_work(durable=False, at_once=True) as uow:
                taken = leases.claim_new(uow.session, now=uow.now, most=BATCH)
            if not taken:
                return
            self._events.process(taken, now=self._moment, is_stopping=lambda: False)

    def _say(self, room: Callable[[], UUID], line: Line, number: int, named: dict[str, UUID]) -> None:
        room_id = room()
        posted = self._writer.post(
            self.members[line.author],
            room_id=room_id,
            client_msg_id=str(uuid5(room_id, f"demo line {number}")),
            body=line.text,
            reply_to=named.get(line.re),
        )
        if line.key:
            named[line.key] = posted.message.id
        for emoji, handle in line.signs:
            self.act(handle, reactions.react, message_id=posted.message.id, emoji=emoji)
        if line.pin:
            self.act("Dana", pins.pin, message_id=posted.message.id)
