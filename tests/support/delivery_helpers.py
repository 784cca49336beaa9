"""Notifications and deliveries in tests: notify members as an event does, and send what is due as a worker does."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from community.core.ids import new_id
from community.core.outbox.subscriptions import NotificationSpec
from community.core.settings import Settings
from community.core.unit_of_work import Actor, UnitOfWorkFactory
from community.features import load_subscribers
from community.members.models import Member, Session
from community.notifications.actions import register_device, update_preferences
from community.notifications.delivery.sender import DeliverySender
from community.notifications.inbox.fanout import fan_out
from community.notifications.models import Delivery
from community.rooms.events import MessagePosted
from community.rooms.notifications import message_posted
from tests.conftest import Act
from tests.support.push import Browser

load_subscribers()
NIGHTS = [{"weekday": day, "from": "22:00", "to": "07:00"} for day in range(7)]
BERLIN = {"time_zone": "Europe/Berlin"}


class Deliveries:
    """Notifications of a test and the channels that they were sent by."""

    def __init__(self, act: Act, settings: Settings) -> None:
        self.act = act
        self.settings = settings

    @property
    def store(self) -> UnitOfWorkFactory:
        """The test's database."""
        return self.act.store

    def tell(self, *members: Actor, kind: str = "rsvp.promoted", at: datetime | None = None, **fields: Any) -> UUID:
        """Tell them something of a kind; the event's id."""
        event_id = new_id()
        with self.store.unit_of_work(now=at or self.act.now) as uow:
            notice = NotificationSpec(to=[one.id for one in members], **{"title": "Look", "url": "/meetups", **fields})
            fan_out(uow, event_id=event_id, event_type=kind, specs=[notice])
        return event_id

    def wants(self, member: Actor, *, email: bool = True, push: bool = False, **settings: Any) -> None:
        """A member's choices for the kind that these tests use, and settings of theirs."""
        wanted = {("rsvp.promoted", "email"): email, ("rsvp.promoted", "push"): push}
        self.act(member, update_preferences, wanted=wanted, **settings)

    def send(self, at: datetime | None = None, **settings: Any) -> int:
        """Send what is due, until nothing is."""
        post = DeliverySender(self.store, replace(self.settings, **settings))
        sent = 0
        while seen := post.send_some(now=at or self.act.now):
            sent += seen
        post.close()
        return sent

    def deliveries(self, member: Actor | None = None, *, medium: str = "email") -> list[Delivery]:
        """The deliveries of a medium, oldest first."""
        query = select(Delivery).where(Delivery.medium == medium)
        if member is not None:
            query = query.where(Delivery.recipient == member.id)
        with self.store.read_context() as ctx:
            return sorted(ctx.session.scalars(query), key=lambda one: (one.created_at, one.id.bytes))

    def when(self) -> list[tuple[str, datetime, datetime | None, datetime | None]]:
        """Of each mail its state, and when it is due, is worthless, and was done."""
        query = select(Delivery.state, Delivery.due_at, Delivery.expires_at, Delivery.finished_at)
        with self.store.read_context() as ctx:
            return [tuple(row) for row in ctx.session.execute(query.where(Delivery.medium == "email"))]

    def crowd_like(self, member: Actor, count: int) -> list[Actor]:
        """So many members who are like this one but for their names and addresses."""
        with self.store.unit_of_work(now=self.act.now) as uow:
            row = uow.session.execute(select(Member.__table__).where(Member.id == member.id)).one()._asdict()
            names = [f"{member.handle}{number}" for number in range(count)]
            rows = [
                {**row, "id": new_id(), "handle": name, "handle_key": name, "email": f"{name}@example.org"}
                for name in names
            ]
            uow.session.execute(insert(Member), rows)
        return [replace(member, id=one["id"], handle=one["handle"]) for one in rows]

    def ends(self, member: Actor | None = None, *, medium: str = "email") -> list[tuple[str, str | None]]:
        """What became of them."""
        return [(one.state, one.reason) for one in self.deliveries(member, medium=medium)]

    def device(self, member: Actor, browser: Browser) -> Actor:
        """Let a member switch a browser on; the member as that browser's session knows them."""
        session_id = new_id()
        with self.store.unit_of_work(now=self.act.now) as uow:
            uow.session.add(
                Session(
                    id=session_id,
                    member_id=member.id,
                    token_hash=session_id.hex,
                    label="Firefox on Android",
                    created_at=uow.now,
                    last_used_at=uow.now,
                    idle_seconds=86_400,
                    expires_at=uow.now + timedelta(days=30),
                )
            )
        signed_in = replace(member, session_id=session_id)
        self.act(
            signed_in,
            register_device,
            endpoint=browser.endpoint,
            keys=browser.keys,
            secret=self.settings.secret_key,
            services=self.settings.push_services,
        )
        return signed_in

    def lives_in(self, member: Actor, zone: str, *, joined: datetime | None = None) -> None:
        """Move a member to a zone, and let them have come long ago."""
        with self.store.unit_of_work(now=self.act.now) as uow:
            row = uow.session.get_one(Member, member.id)
            row.time_zone = zone
            row.created_at = joined or self.act.now - timedelta(days=365)


def notify_of_message(deliveries: Deliveries, room_id: UUID, seq: int) -> None:
    """Notify of a message as the worker does when it was posted."""
    event = MessagePosted(room_id=room_id, first_seq=seq, last_seq=seq)
    with deliveries.store.unit_of_work(now=deliveries.act.now) as uow:
        fan_out(uow, event_id=new_id(), event_type=event.name, specs=message_posted(uow, event))
