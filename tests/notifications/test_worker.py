"""From an event to the person it concerns."""

import mailbox
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from email import policy
from email.parser import BytesParser
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from community.core.events import Event
from community.core.outbox.periodic import PeriodicJobDue
from community.core.outbox.store import OutboxEvent
from community.core.outbox.subscriptions import handlers
from community.core.settings import Settings
from community.core.unit_of_work import Role, UnitOfWork, UnitOfWorkFactory
from community.members.actions import invitations
from community.members.events import MemberJoined
from community.notifications.models import Delivery, Notification
from community.onboarding.models import Onboarding
from community.processes.worker import Worker
from tests.conftest import NOON, Act, SignedInClient
from tests.factories import Cast, make_member
from tests.support.run_worker import run_until_idle
from tests.support.smtp import MailServer


def mails(settings: Settings) -> list[object]:
    """What lies in the maildir."""
    folder = Path(settings.mail_url.removeprefix("maildir:"))
    if not folder.exists():
        return []
    parser = BytesParser(policy=policy.default)
    return [parser.parsebytes(mail.as_bytes()) for mail in mailbox.Maildir(folder)]


def join(uow: UnitOfWork) -> UUID:
    """Wren comes in, without the paperwork."""
    wren = make_member(uow, "Wren")
    uow.session.add(Onboarding(member_id=wren.id, started_at=uow.now, ends_at=uow.now))  # told of elsewhere
    uow.record(MemberJoined(member_id=wren.id))
    return wren.id


def test_coordinators_hear_once_that_wren_joined(
    cast: Cast, act: Act, store: UnitOfWorkFactory, settings: Settings
) -> None:
    act(None, join)

    for _ in range(3):
        run_until_idle(store, settings, now=NOON)

    with store.read_context() as ctx:
        told = ctx.session.execute(select(Notification.member_id, Notification.kind)).all()
    assert sorted(told) == sorted([(cast.ada.id, "member.joined"), (cast.root.id, "member.joined")])


def test_an_invitation_says_who_invites_and_has_a_link_that_works(
    cast: Cast, act: Act, store: UnitOfWorkFactory, settings: Settings, api: Callable[..., SignedInClient]
) -> None:
    invited = act(cast.ada, invitations.invite, email="wren@example.org", role=Role.ALUMNUS, secret=settings.secret_key)

    run_until_idle(store, settings, now=NOON)

    [mail] = mails(settings)
    assert mail["Subject"] == f"Ada invited you to {settings.name}"
    assert mail["To"] == "wren@example.org"
    text = mail.get_body(("plain",)).get_content()
    assert f"{settings.public_url}/join/{invited.token}" in text
    listed = api(cast.ada).get("/invitations").json["items"][0]
    assert listed["state"] == "sent"


def test_the_bell_list_shows_it_new_until_it_is_read(
    cast: Cast, act: Act, store: UnitOfWorkFactory, settings: Settings, api: Callable[..., SignedInClient]
) -> None:
    act(None, join)
    run_until_idle(store, settings, now=NOON)
    ada = api(cast.ada)

    [item] = ada.get("/notifications").json["items"]
    assert (item["kind"], item["title"], item["url"], item["read_at"]) == (
        "member.joined",
        "Wren joined",
        "/console/members",
        None,
    )
    assert ada.put("/notifications/read-marker", {"id": item["id"]}).json == {"unread": 0}
    assert ada.get(f"/notifications/{item['id']}").json["read_at"] is not None
    assert api(cast.ben).get(f"/notifications/{item['id']}").status_code == 404


def test_nothing_is_told_of_what_was_rolled_back(
    cast: Cast, store: UnitOfWorkFactory, settings: Settings
) -> None:  # N4
    def fail_after_recording() -> None:
        with store.unit_of_work() as uow:
            uow.record(MemberJoined(member_id=cast.ben.id))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_recording()

    run_until_idle(store, settings, now=NOON)

    with store.read_context() as ctx:
        assert ctx.session.scalars(select(OutboxEvent).where(OutboxEvent.type != PeriodicJobDue.name)).all() == []
        assert ctx.session.scalars(select(Notification)).all() == []


@dataclass(frozen=True, kw_only=True)
class Poisoned(Event, name="test.poisoned"):
    """An event that nobody can bear."""

    member_id: UUID


@handlers.on(Poisoned)
def fall_over(uow: UnitOfWork, event: Poisoned) -> None:
    """Fail every time."""
    raise LookupError(str(event.member_id))


def test_an_event_that_cannot_be_handled_takes_no_other_with_it(  # F11
    cast: Cast, act: Act, store: UnitOfWorkFactory, settings: Settings
) -> None:
    act(None, lambda uow: uow.record(Poisoned(member_id=cast.ben.id)))
    act(None, join)
    worker = Worker(store, settings)

    at = NOON
    for _ in range(12):
        worker.step(at)
        at += timedelta(minutes=15)

    with store.read_context() as ctx:
        rows = ctx.session.scalars(select(OutboxEvent)).all()
        told = ctx.session.scalars(select(Notification.kind)).all()
    poisoned = next(row for row in rows if row.type == "test.poisoned")
    assert (poisoned.state, poisoned.attempts, poisoned.last_error) == ("dead", 5, "LookupError")
    assert told == ["member.joined"] * 2


@pytest.mark.parametrize(
    ("answer", "state", "reason"),
    [("250 OK", "sent", None), ("550 no such person", "dead", "refused_550"), ("451 later", "due", "451")],
)
def test_a_mail_server_says_yes_no_or_later(  # N9
    cast: Cast, act: Act, store: UnitOfWorkFactory, settings: Settings, answer: str, state: str, reason: str | None
) -> None:
    with MailServer() as server:
        server.answer = answer
        act(cast.ada, invitations.invite, email="wren@example.org", role=Role.ALUMNUS, secret=settings.secret_key)
        run_until_idle(store, replace(settings, mail_url=server.url), now=NOON)
        assert server.tries == 1

    with store.read_context() as ctx:
        delivery = ctx.session.scalars(select(Delivery).where(Delivery.medium == "email")).one()
    assert (delivery.state, delivery.reason, delivery.attempts) == (state, reason, 1)
