"""Mail servers that say yes, no, later, nothing, or hang up: what of each mail is known, and what then happens."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select

from community.core.clock import machine_now
from community.core.settings import Settings
from community.core.unit_of_work import UnitOfWorkFactory
from community.notifications.actions import retry_delivery, retry_own_address
from community.notifications.channels import smtp_transport
from community.notifications.channels.smtp_transport import Maildir, SmtpServer
from community.notifications.delivery.sender import BATCH_SIZE, DeliverySender, claim_due_deliveries
from community.notifications.events import EmailBounced
from community.notifications.models import DeliveryAttempt
from tests.conftest import Act
from tests.factories import Cast
from tests.support.delivery_helpers import Deliveries
from tests.support.service import ROOT
from tests.support.smtp import MailServer
from tests.support.tls import Certificate
from tests.support.waiting import until


@pytest.fixture
def deliveries(act: Act, cast: Cast, settings: Settings) -> Deliveries:
    """Telling the cast things."""
    return Deliveries(act, settings)


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server."""
    with MailServer() as running:
        yield running


def test_a_server_that_is_down_for_an_hour_costs_time_and_nothing_else(  # F12
    deliveries: Deliveries, cast: Cast, act: Act, server: MailServer
) -> None:
    nowhere = "smtp://127.0.0.1:9"
    for one in (cast.ben, cast.cleo, cast.dov):
        deliveries.tell(one)
    for minutes in range(0, 60, 5):
        deliveries.send(act.now + timedelta(minutes=minutes), mail_url=nowhere)
    assert {one.state for one in deliveries.deliveries()} == {"due"}
    assert {one.state for one in deliveries.deliveries(medium="inapp")} == {"sent"}
    deliveries.send(act.now + timedelta(hours=3), mail_url=server.url)
    assert sorted(server.recipients) == ["ben@example.org", "cleo@example.org", "dov@example.org"]
    assert {one.state for one in deliveries.deliveries()} == {"sent"}


def test_a_busy_mail_server_is_retried_with_back_off_and_given_up(  # F12
    deliveries: Deliveries, cast: Cast, act: Act, server: MailServer
) -> None:
    server.answer = "451 later"
    deliveries.tell(cast.ben)
    waits = []
    for _ in range(6):
        deliveries.send(mail_url=server.url)
        [mail] = deliveries.deliveries(cast.ben)
        waits.append((mail.due_at - act.now).total_seconds() / 60)
        act.now = max(act.now, mail.due_at)
    assert server.tries == 6
    for wait, least in zip(waits[:5], (1, 5, 30, 120, 720), strict=True):
        assert least <= wait <= least * 1.2
    assert deliveries.ends(cast.ben) == [("dead", "gave_up_451")]
    server.answer = "250 OK"
    act(cast.ada, retry_delivery, delivery_id=mail.id)
    deliveries.send(mail_url=server.url)
    deliveries.send(mail_url=server.url)
    assert server.tries == 7
    assert deliveries.ends(cast.ben) == [("sent", None)]
    [arrived] = server.mails
    assert arrived["Message-ID"] == f"<{mail.id}@127.0.0.1>"


def test_a_refused_address_gets_nothing_more_and_ada_hears_of_it_once(  # F12
    deliveries: Deliveries, cast: Cast, act: Act, server: MailServer, recorded: Callable[[], list[object]]
) -> None:
    server.to_recipient = "550 no such person"
    deliveries.tell(cast.ben)
    deliveries.send(mail_url=server.url)
    assert deliveries.ends(cast.ben) == [("dead", "refused_550")]
    server.to_recipient = "250 OK"
    deliveries.tell(cast.ben)
    deliveries.tell(cast.ben, kind="password.changed")
    deliveries.send(mail_url=server.url)
    assert deliveries.ends(cast.ben)[1:] == [("suppressed", "address_refused"), ("sent", None)]
    assert [one for one in recorded() if isinstance(one, EmailBounced)] == [EmailBounced(member_id=cast.ben.id)]
    deliveries.tell(cast.ben)  # the mail about the password came through: it is an address again
    deliveries.send(mail_url=server.url)
    assert deliveries.ends(cast.ben)[-1] == ("sent", None)


def test_ben_says_that_his_address_works_again(
    deliveries: Deliveries, cast: Cast, act: Act, server: MailServer
) -> None:
    server.to_recipient = "550 5.1.1 no such person"
    deliveries.tell(cast.ben)
    deliveries.send(mail_url=server.url)
    server.to_recipient = "250 OK"
    act(cast.ben, retry_own_address, secret=deliveries.settings.secret_key)
    deliveries.tell(cast.ben)
    deliveries.send(mail_url=server.url)
    assert server.recipients == ["ben@example.org"]


def test_a_server_that_hangs_up_after_data_leaves_a_shown_doubt(  # F12
    deliveries: Deliveries, cast: Cast, act: Act, server: MailServer
) -> None:
    server.hangs_up = True
    deliveries.tell(cast.ben)
    deliveries.tell(cast.cleo, kind="password.changed")
    deliveries.send(mail_url=server.url)
    assert deliveries.ends(cast.ben) == [("unknown", "cut_off_SMTPServerDisconnected")]
    server.hangs_up = False
    deliveries.send(act.now + timedelta(hours=1), mail_url=server.url)
    assert deliveries.ends(cast.ben)[0][0] == "unknown"
    assert deliveries.ends(cast.cleo) == [("sent", "SMTPServerDisconnected")] or deliveries.ends(cast.cleo) == [
        ("sent", None)
    ]
    assert server.recipients.count("ben@example.org") == 1


def test_a_slow_one_delays_nobody_longer_than_itself(  # F12
    deliveries: Deliveries, cast: Cast, act: Act, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp_transport, "PATIENCE_SECONDS", 0.5)
    server.holds = True
    for one in (cast.ben, cast.cleo, cast.dov):
        deliveries.tell(one)
    deliveries.send(mail_url=server.url)
    assert server.tries == 3  # all at the same time, and each left after a while
    assert {state for state, _ in deliveries.ends()} == {"unknown"}


def test_connections_are_kept_and_a_stale_one_is_replaced(
    deliveries: Deliveries, cast: Cast, act: Act, server: MailServer
) -> None:
    smtp = SmtpServer(server.url, host_name="localhost")
    post = DeliverySender(act.store, replace(deliveries.settings, mail_url=server.url))
    for number in range(5):
        deliveries.tell(cast.ben, url=f"/meetups/{number}")
        while post.send_some(now=act.now):
            pass
    assert (server.tries, server.connections) == (5, 1)
    post._mailer._idle.queue[0][0].sock.shutdown(2)  # type: ignore[union-attr, index]  # the server closed it meanwhile
    deliveries.tell(cast.ben)
    while post.send_some(now=act.now):
        pass
    assert (server.tries, server.connections) == (6, 2)
    post.close()
    smtp.close()


@pytest.mark.parametrize("starttls", [False, True])
def test_a_mail_travels_under_tls(
    deliveries: Deliveries, cast: Cast, tmp_path: Path, starttls: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = Certificate(tmp_path / "tls")
    with MailServer(tls=certificate.server_context(), starttls=starttls) as server:
        deliveries.tell(cast.ben)
        deliveries.send(mail_url=server.url)
        assert server.tries == 0  # nobody vouches for this server yet
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate.path))
        deliveries.send(deliveries.act.now + timedelta(minutes=7), mail_url=server.url)
        assert server.recipients == ["ben@example.org"]


def test_a_worker_killed_while_it_sends_leaves_no_second_mail(  # N1 F12
    deliveries: Deliveries, cast: Cast, act: Act, server: MailServer, store: UnitOfWorkFactory, settings: Settings
) -> None:
    act.now = machine_now()
    server.holds = True
    deliveries.tell(cast.ben)
    env = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": settings.database_url,
        "COMMUNITY_DATA_DIR": str(settings.data_dir),
        "SECRET_KEY": settings.secret_key,
        "MAIL_URL": server.url,
        **{name: os.environ[name] for name in ("LD_PRELOAD", "CLOCK_SHIFT_SECONDS") if name in os.environ},
    }
    worker = subprocess.Popen([sys.executable, "-m", "community.cli", "worker"], env=env, cwd=ROOT)
    try:
        until(lambda: server.tries == 1, within=60, what="the mail to be on its way")
    finally:
        worker.kill()
        worker.wait()
    server.holds = False
    assert deliveries.deliveries(cast.ben)[0].state == "sending"
    deliveries.send(machine_now(), mail_url=server.url)
    assert deliveries.deliveries(cast.ben)[0].state == "sending"  # somebody may be at it still
    deliveries.send(machine_now() + timedelta(minutes=3), mail_url=server.url)
    assert deliveries.ends(cast.ben) == [("unknown", "worker_ended")]
    assert server.tries == 1
    with store.read_context() as ctx:
        results = ctx.session.scalars(select(DeliveryAttempt.result)).all()
    assert results == ["unknown"]


def test_no_more_are_in_doubt_than_were_tried_at_once(deliveries: Deliveries, cast: Cast, act: Act) -> None:
    for number in range(BATCH_SIZE + 5):
        deliveries.tell(cast.ben, url=f"/meetups/{number}")
    with act.store.unit_of_work(now=act.now) as uow:
        assert len(claim_due_deliveries(uow.session, "email", now=act.now)) == BATCH_SIZE
    states = [state for state, _ in deliveries.ends(cast.ben)]
    assert (states.count("sending"), states.count("due")) == (BATCH_SIZE, 5)


def test_many_make_the_same_new_folder_at_once_and_every_mail_is_there(tmp_path: Path) -> None:
    """As eight mails of one pass are, and those of several workers."""
    message = EmailMessage()
    message["Subject"] = "Something new"
    for turn in range(20):
        folder = tmp_path / str(turn) / "mail"
        together = threading.Barrier(8)

        def send(folder: Path = folder, together: threading.Barrier = together) -> str:
            maildir = Maildir(f"maildir://{folder}")
            together.wait(timeout=10)
            return maildir.send(message).result

        with ThreadPoolExecutor(8) as pool:
            assert {sent.result() for sent in [pool.submit(send) for _ in range(8)]} == {"sent"}
        assert len(list((folder / "new").iterdir())) == 8
