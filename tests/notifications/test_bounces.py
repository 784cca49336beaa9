"""Mail that comes back: what counts, what does not, and what follows."""

import mailbox
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from community.cli import main
from community.console.queries import tasks as console_queries
from community.core.settings import Settings
from community.core.unit_of_work import Role
from community.members.actions.invitations import invite, resend_invitation
from community.members.queries.invitations import all_invitations
from community.notifications.delivery.unsubscribe_tokens import unsubscribe_token
from community.notifications.events import EmailBounced
from community.notifications.models import Delivery
from community.notifications.queries.inbox import notifications
from community.notifications.queries.preferences import my_preferences
from tests.conftest import Act
from tests.factories import Cast
from tests.support.delivery_helpers import Deliveries
from tests.support.run_worker import run_until_idle

DSN = """\
From: MAILER-DAEMON@mx.example.org
To: notes@example.org
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type={report}; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you.

--b
Content-Type: message/{kind}

{said}

--b
Content-Type: text/rfc822-headers

Return-Path: <notes@example.org>
Message-ID: <{message_id}>
Subject: You have a new notification

--b--
"""
FAILED = "Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; x\nAction: failed\nStatus: 5.1.1"
DELAYED = "Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; x\nAction: delayed\nStatus: 4.4.1"
COMPLAINT = "Feedback-Type: abuse\nUser-Agent: x\nVersion: 1"


def dsn(message_id: str, said: str = FAILED) -> bytes:
    is_complaint = said == COMPLAINT
    report, kind = ("feedback-report", "feedback-report") if is_complaint else ("delivery-status", "delivery-status")
    return DSN.format(report=report, kind=kind, said=said, message_id=message_id).encode()


@pytest.fixture
def deliveries(act: Act, cast: Cast, settings: Settings) -> Deliveries:
    """Telling the cast things."""
    return Deliveries(act, settings)


@pytest.fixture
def take_in(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Run the command with these settings."""
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setenv("SECRET_KEY", settings.secret_key)
    monkeypatch.setenv("COMMUNITY_DATA_DIR", str(settings.data_dir))

    def run(source: str = "-", mail: bytes = b"") -> str:
        result = CliRunner().invoke(main, ["bounces", source], input=mail)
        assert result.exit_code == 0, result.output
        return result.output.strip()

    return run


def work(deliveries: Deliveries) -> None:
    run_until_idle(deliveries.store, deliveries.settings, now=deliveries.act.now)
    deliveries.send()


def states(act: Act, cast: Cast) -> dict[str, str]:
    return {one.email: one.state for one in act.read(cast.ada, all_invitations)}


def sent_to_ben(deliveries: Deliveries, cast: Cast) -> Delivery:
    deliveries.tell(cast.ben)
    deliveries.send()
    return deliveries.deliveries(cast.ben)[-1]


def test_a_permanent_bounce_suspends_bens_address_and_tells_him_once(
    deliveries: Deliveries, cast: Cast, act: Act, take_in: Callable[..., str], recorded: Callable[[], list[object]]
) -> None:
    mail = sent_to_ben(deliveries, cast)
    ours = f"{mail.id}@127.0.0.1"
    assert take_in(mail=dsn(ours, DELAYED)) == "1 left alone"
    assert take_in(mail=dsn(ours)) == "1 suspended"
    assert take_in(mail=dsn(ours)) == "1 suspended before"
    assert [one for one in recorded() if isinstance(one, EmailBounced)] == [EmailBounced(member_id=cast.ben.id)]
    deliveries.tell(cast.ben)
    deliveries.send()
    assert deliveries.ends(cast.ben) == [("sent", "bounced_5.1.1"), ("suppressed", "address_refused")]


def test_a_bounce_of_a_foreign_mail_changes_nothing(
    deliveries: Deliveries, cast: Cast, take_in: Callable[..., str], recorded: Callable[[], list[object]]
) -> None:
    mail = sent_to_ben(deliveries, cast)
    for message_id in (f"{mail.id}@elsewhere.example", "0193a1f0-7d1c-7c3e-9a53-3f2b8c1d4e5f@127.0.0.1", "x"):
        assert take_in(mail=dsn(message_id)) == "1 unknown"
    broken = b'Content-Type: multipart/report; boundary="b"\n\n--b\nContent-Type: message/global-headers\n\n\xff\n--b--'
    for other in (b"", b"\xff\xfe", b"Subject: Away\n\nBack on Monday", b"Content-Type: multipart/report\n\n", broken):
        assert take_in(mail=other) == "1 unknown"
    assert [one for one in recorded() if isinstance(one, EmailBounced)] == []


def test_a_complaint_switches_that_kind_off(
    deliveries: Deliveries, cast: Cast, act: Act, take_in: Callable[..., str]
) -> None:
    mail = sent_to_ben(deliveries, cast)
    assert take_in(mail=dsn(f"{mail.id}@127.0.0.1", COMPLAINT)) == "1 switched off"
    assert not next(one.email for one in act.read(cast.ben, my_preferences).items if one.kind == "rsvp.promoted")


def test_a_bounce_that_is_not_about_ben_is_noted_and_his_next_mail_leaves(
    deliveries: Deliveries, cast: Cast, take_in: Callable[..., str]
) -> None:
    """X4: one day on a block list does not silence a member for thirty."""
    mail = sent_to_ben(deliveries, cast)
    assert take_in(mail=dsn(f"{mail.id}@127.0.0.1", FAILED.replace("5.1.1", "5.7.1"))) == "1 not delivered"
    deliveries.tell(cast.ben)
    deliveries.send()
    assert deliveries.ends(cast.ben) == [("sent", "bounced_5.7.1"), ("sent", None)]


def test_a_report_that_is_no_complaint_switches_nothing_off(
    deliveries: Deliveries, cast: Cast, take_in: Callable[..., str]
) -> None:
    """X5: "not spam" is the opposite of a complaint."""
    mail = sent_to_ben(deliveries, cast)
    said = COMPLAINT.replace("abuse", "not-spam")
    assert take_in(mail=dsn(f"{mail.id}@127.0.0.1", said)) == "1 left alone"


def test_a_bounce_with_only_the_unsubscribe_link_is_bens_last_mail(
    deliveries: Deliveries, cast: Cast, settings: Settings, take_in: Callable[..., str]
) -> None:
    """X21: a relay may replace the Message-ID and drop headers it does not know."""
    mail = sent_to_ben(deliveries, cast)
    token = unsubscribe_token(settings.secret_key, member_id=cast.ben.id, kind=mail.kind)
    link = f"x>\nList-Unsubscribe: <https://x.example/unsubscribe/{token}"
    assert take_in(mail=dsn(link)) == "1 suspended"
    assert take_in(mail=dsn(link.replace(token, token[::-1]))) == "1 unknown"


@pytest.mark.parametrize("status", ["5.1.1", "5.7.1"])
def test_ada_sees_that_an_invitation_did_not_arrive(
    deliveries: Deliveries, cast: Cast, act: Act, settings: Settings, take_in: Callable[..., str], status: str
) -> None:
    """X9: mistyped addresses happen in invitations; the page, the bell and the tasks say so."""
    secret = settings.secret_key
    made = act(cast.ada, invite, email="mistpyed@example.org", role=Role.ALUMNUS, secret=secret).invitation
    work(deliveries)
    [mail] = [one for one in deliveries.deliveries() if one.kind == "member.invited"]
    take_in(mail=dsn(f"{mail.id}@127.0.0.1", FAILED.replace("5.1.1", status)))
    work(deliveries)
    assert states(act, cast) == {"mistpyed@example.org": "undelivered"}
    assert [one.title for one in act.read(cast.ada, console_queries.today).to_do] == ["An invitation wasn’t delivered"]
    assert "An invitation wasn’t delivered" in [
        one.title for one in act.read(cast.ada, notifications, cursor=None, limit=50).items
    ]
    act(cast.ada, resend_invitation, invitation_id=made.id, secret=secret)
    work(deliveries)
    take_in(mail=dsn(f"{mail.id}@127.0.0.1", FAILED))  # the first mail comes back once more
    assert states(act, cast) == {"mistpyed@example.org": "sent"}
    assert not act.read(cast.ada, console_queries.today).to_do


def test_a_maildir_is_read_once(
    deliveries: Deliveries, cast: Cast, take_in: Callable[..., str], tmp_path: Path
) -> None:
    box = mailbox.Maildir(tmp_path / "bounces")
    mail = sent_to_ben(deliveries, cast)
    box.add(dsn(f"{mail.id}@127.0.0.1"))
    box.add(b"Subject: hello\n\nhello")
    assert take_in(str(tmp_path / "bounces")) == "1 suspended, 1 unknown"
    assert take_in(str(tmp_path / "bounces")) == "nothing new"
    assert len(box) == 2
