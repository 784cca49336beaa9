"""Mails and pushes at the edge: recognizable, graded by urgency, and silent about what this community is."""

from collections.abc import Callable
from dataclasses import replace
from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesParser
from typing import Any

import pytest
from sqlalchemy import select

from community.core.outbox.notification_kinds import SUBJECT, all_kinds, kind_of
from community.core.settings import Settings
from community.core.unit_of_work import Role, UnitOfWorkFactory
from community.members.actions import invitations
from community.members.models import Invitation
from community.notifications.actions import update_preferences
from community.notifications.preferences.delivery_preferences import DIGEST
from tests.conftest import Act, SignedInClient
from tests.factories import Cast
from tests.support.delivery_helpers import Deliveries
from tests.support.run_worker import run_until_idle
from tests.support.smtp import MailServer


@pytest.fixture
def mails(act: Act, store: UnitOfWorkFactory, settings: Settings) -> Callable[[], list[EmailMessage]]:
    """Run a worker; the mails that it sent."""

    def send() -> list[EmailMessage]:
        with MailServer() as server:
            run_until_idle(store, replace(settings, mail_url=server.url), now=act.now)
            return [parsed(mail) for mail in server.mails]

    return send


def parsed(mail: Message) -> EmailMessage:
    """A mail with its headers decoded."""
    return BytesParser(policy=policy.default).parsebytes(mail.as_bytes())  # type: ignore[return-value]


def plain(mail: Any) -> str:
    """The plain part of a mail."""
    return str(mail.get_body(("plain",)).get_content())


def html(mail: Any) -> str:
    """The other part."""
    return str(mail.get_body(("html",)).get_content())


def test_adas_invitation_has_her_name_and_her_own_line(
    cast: Cast, settings: Settings, mails: Callable[[], list[EmailMessage]], api: Callable[..., SignedInClient]
) -> None:
    answer = api(cast.ada).post("/invitations", {"email": "new@example.org", "note": "See you <b>Friday</b>, Sam."})
    assert answer.status_code == 201
    [mail] = mails()
    assert mail["Subject"] == f"Ada invited you to {settings.name}"
    assert "Ada invited you. The link works once, for seven days." in plain(mail)
    assert "Ada wrote:\n> See you <b>Friday</b>, Sam." in plain(mail)
    assert "See you &lt;b&gt;Friday&lt;/b&gt;, Sam." in html(mail)
    assert "Accept the invitation" in plain(mail)
    assert "List-Unsubscribe" not in mail


def test_an_invitation_without_a_line_of_adas_quotes_nothing(
    act: Act, cast: Cast, settings: Settings, mails: Callable[[], list[EmailMessage]]
) -> None:
    act(cast.ada, invitations.invite, email="new@example.org", role=Role.ALUMNUS, secret=settings.secret_key)
    [mail] = mails()
    assert "wrote:" not in plain(mail)
    assert "blockquote>" not in html(mail)


def test_adas_line_is_too_long_or_is_erased_with_the_invitation(
    act: Act, cast: Cast, store: UnitOfWorkFactory, api: Callable[..., SignedInClient]
) -> None:
    ada = api(cast.ada)
    assert ada.post("/invitations", {"email": "new@example.org", "note": "x" * 201}).status_code == 422
    made = ada.post("/invitations", {"email": "new@example.org", "note": "x" * 200}).json

    def note() -> str | None:
        with store.read_context() as ctx:
            return ctx.session.scalar(select(Invitation.note))

    sealed = note()
    assert sealed is not None
    assert "xxx" not in sealed
    assert ada.delete(f"/invitations/{made['id']}").status_code == 204
    assert note() is None


def test_a_first_admins_invitation_by_command_names_no_one(
    act: Act, settings: Settings, mails: Callable[[], list[EmailMessage]]
) -> None:
    wanted = {"email": "root@example.org", "role": Role.ADMIN, "secret": settings.secret_key, "cohort_id": None}
    act(None, invitations.create_or_renew_invitation, **wanted, invited_by=None)
    [mail] = mails()
    assert mail["Subject"] == f"You’re invited to {settings.name}"


@pytest.mark.parametrize(
    ("kind", "subject", "text"),
    [
        ("rsvp.promoted", SUBJECT, "There’s something new for you."),
        ("reach_out.claimed", "Please look now", "Please open this now. It can’t wait."),
        ("message.reported", "Needs an answer today", "Something needs your answer today."),
        ("sanction.appealed", "Needs an answer this week", "Something needs your answer this week."),
        ("password.changed", "Your password was changed", "Your password was changed. If that wasn’t you"),
        ("appeal.decided", "About your account", "There’s an answer to your appeal."),
    ],
)
def test_adas_mails_are_told_apart_by_how_soon_they_need_her(
    kind: str, subject: str, text: str, act: Act, cast: Cast, settings: Settings
) -> None:
    deliveries = Deliveries(act, settings)
    with MailServer() as server:
        deliveries.tell(cast.ada, kind=kind)
        deliveries.send(mail_url=server.url)
        [mail] = map(parsed, server.mails)
    assert mail["Subject"] == subject
    assert text in plain(mail)
    assert ("Don’t want these e-mails?" in plain(mail)) == (not kind_of(kind).is_security)


def test_ada_with_detailed_mail_still_sees_first_how_urgent_it_is(act: Act, cast: Cast, settings: Settings) -> None:
    deliveries = Deliveries(act, settings)
    act(cast.ada, update_preferences, hide_details=False)
    with MailServer() as server:
        deliveries.tell(cast.ada, kind="reach_out.claimed")
        deliveries.send(mail_url=server.url)
        [mail] = map(parsed, server.mails)
    assert mail["Subject"] == "Please look now: Someone answered"


def test_every_kind_that_may_leave_says_what_it_is_in_the_second_person() -> None:
    calls = ("reach_out.responders_notified", "reach_out.waiting")
    assert {kind_of(name).neutral_subject for name in calls} == {"Please look now"}
    for name, kind in all_kinds().items():
        if kind.is_security or name == DIGEST:
            continue
        said = kind.preview
        assert said, f"{name} has no words for mails and pushes"
        assert not {"I", "my", "me"} & set(said.split()), f"{name}: {said}"
