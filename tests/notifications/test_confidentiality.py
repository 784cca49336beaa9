"""Everything that leaves the house is looked at: no name, no word that somebody wrote, nothing about what this is."""

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from email import policy
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser
from io import StringIO
from uuid import uuid4

import pytest
import redis
import structlog
from sqlalchemy import select

from community.check_ins.actions import check_ins, schedule
from community.core import logging_setup, pubsub
from community.core.crypto.cipher import FieldCipher
from community.core.db import Base
from community.core.metrics import exposition
from community.core.outbox.notification_kinds import SUBJECT, all_kinds
from community.core.outbox.store import OutboxEvent
from community.core.pubsub import PubSub
from community.core.settings import Settings
from community.core.unit_of_work import Actor, Role, UnitOfWorkFactory
from community.inactivity import actions as inactivity_actions
from community.members.actions import invitations
from community.members.models import Member
from community.milestones import actions
from community.notifications.actions import update_preferences
from community.notifications.delivery import retries
from community.planned_support import actions as planned_support_actions
from community.processes import event_processing
from community.processes import worker as worker_module
from community.processes.worker import Worker
from community.rooms.actions import create
from community.rooms.engine.message_writer import MessageWriter
from tests.conftest import Act
from tests.factories import Cast, make_member
from tests.support.delivery_helpers import Deliveries
from tests.support.push import PushService
from tests.support.smtp import MailServer
from tests.support.tls import Certificate
from tests.support.valkey import Valkey
from tests.support.waiting import until

PLANTED = ("quillonette", "marzipania", "zephyrine parlour", "marmalade", "candlewick supper", "afterward")
WHAT_IT_IS_ABOUT = (
    r"recover\w*|sober\w*|addict\w*|rehab\w*|alumn\w*|relaps\w*|treatment|detox|clinic\w*|patients?|clean time|"
    r"12.step|twelve.step|aftercare|substance|alcohol\w*|drugs?|opioid\w*|naltrexone|methadone|support group|craving"
)
OWN_LINE = "Tangerine"
WHAT_IT_HAS = r"mentors?|moods?|buddy|buddies|pairings?|meetups?|rooms?|coordinators?|seats?|cohort"


def found(texts: list[str], *more: str) -> set[str]:
    """What is planted or banned in these texts, in whatever case."""
    banned = "|".join([WHAT_IT_IS_ABOUT, *more])
    wanted = re.compile("|".join([*map(re.escape, PLANTED), rf"\b(?:{banned})\b"]), re.IGNORECASE)
    return {hit.lower() for text in texts for hit in wanted.findall(text)}


def test_the_scan_finds_what_is_planted() -> None:
    said = ["Quillonette wrote: bring MARMALADE to the recovery", "in Zephyrine Parlour", "a buddy"]
    assert found(said, WHAT_IT_HAS) == {"quillonette", "marmalade", "recovery", "zephyrine parlour", "buddy"}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate of this machine."""
    return Certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def service(certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> Iterator[PushService]:
    """A push service of ours, trusted."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.path))
    with PushService(certificate) as running:
        yield running


@pytest.fixture(scope="module")
def valkey() -> Iterator[Valkey]:
    """A real one."""
    with Valkey() as server:
        yield server


@pytest.fixture
def published(valkey: Valkey) -> Iterator[list[str]]:
    """Everything that goes over Redis: channels and payloads."""
    heard: list[str] = []
    with redis.Redis(port=valkey.port, decode_responses=True) as client, client.pubsub() as subscription:
        subscription.psubscribe("*")
        until(lambda: subscription.get_message(timeout=1), what="the subscription")
        stop = threading.Event()

        def listen() -> None:
            while not stop.is_set():
                message = subscription.get_message(timeout=0.05)
                if message is not None and message["type"] == "pmessage":
                    heard.append(f"{message['channel']} {message['data']}")

        thread = threading.Thread(target=listen)
        thread.start()
        yield heard
        stop.set()
        thread.join()


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """Logs as a worker writes them, for this test alone: no logger may keep the stream that they go to here."""
    before, written = structlog.get_config(), StringIO()
    logging_setup.set_up(level="DEBUG", process="worker", is_production=False)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(written), cache_logger_on_first_use=False)
    for module in (retries, pubsub, event_processing, worker_module):
        monkeypatch.setattr(module, "log", structlog.get_logger())  # one that another test has bound keeps its stream
    yield written
    structlog.configure(**before)
    structlog.contextvars.clear_contextvars()


def test_nothing_that_leaves_says_who_where_or_what(  # N11 S24
    cast: Cast,
    act: Act,
    store: UnitOfWorkFactory,
    settings: Settings,
    service: PushService,
    valkey: Valkey,
    published: list[str],
    logged: StringIO,
) -> None:
    store = UnitOfWorkFactory(
        store.database, PubSub(valkey.url), secrets=settings.encryption_secrets, clock=store.clock
    )
    act.store = store
    with MailServer() as server:
        settings = replace(
            settings, name="Notes", mail_from="notes@example.org", mail_url=server.url, push_services=(service.host,)
        )
        told = Deliveries(act, settings)
        browser = service.browser()
        quill, marzi = planted_people(act)
        for one in (quill, marzi):
            told.lives_in(one, "America/New_York")
            wanted = {(kind, medium): True for kind in all_kinds() for medium in ("email", "push")}
            act(one, update_preferences, wanted=wanted)
        told.device(quill, browser)

        in_a_room(act, cast, quill, marzi)
        in_care(act, quill, FieldCipher(*settings.encryption_secrets))
        invited = {"email": "new@example.org", "role": Role.ALUMNUS, "note": f"As we said on Friday. {OWN_LINE}"}
        act(cast.ada, invitations.invite, **invited, secret=settings.secret_key)
        for kind in all_kinds():
            for number in range(2):
                title = "Quillonette and Marzipania, marmalade at the candlewick supper"
                told.tell(quill, kind=kind, title=title, url=f"/rooms/{uuid4()}?{number}", subject=quill.id)
        worker = Worker(store, settings)
        while worker.step(act.now):
            pass
        server.answer = "550 no"
        told.tell(marzi)
        act.later(minutes=30)
        while worker.step(act.now):
            pass

    assert len(server.mails) >= len(all_kinds())
    assert len(service.taken) >= len([kind for kind in all_kinds().values() if not kind.is_security])
    assert found(mail_texts(server), WHAT_IT_HAS) == set()
    subjects = {str(make_header(decode_header(mail["Subject"]))) for mail in server.mails}
    assert subjects == {"Ada invited you to Notes"} | {one.neutral_subject for one in all_kinds().values()} - {
        "You’re invited to {community}"
    } | {"You’re invited to Notes"}
    assert {SUBJECT, "Please look now", "Needs an answer today"} < subjects
    carriers = [mail for mail in server.mails if any(OWN_LINE in text for text in texts_of(mail))]
    assert [str(mail["To"]) for mail in carriers] == ["new@example.org"]  # the coordinator wrote it for this mail
    assert {str(mail["From"]) for mail in server.mails} == {"Notes <notes@example.org>"}
    pushed = [str(browser.read(taken)) for taken in service.taken]
    pushed += [f"{taken.path} {taken.headers} {taken.body!r}" for taken in service.taken]
    assert found([re.sub("/notifications/", "/", one) for one in pushed], WHAT_IT_HAS) == set()
    until(lambda: any("message.posted" in one for one in published), what="the rings to be heard")
    assert found(published) == set()
    assert "delivery.ended" in logged.getvalue()
    assert found([logged.getvalue()]) == set()
    with store.read_context() as ctx:
        recorded = ctx.session.scalars(select(OutboxEvent)).all()
    assert {"check_in.recorded", "planned_support.due", "coordinator_contact.requested"} <= {
        row.type for row in recorded
    }
    assert found([f"{row.type} {row.subject} {row.payload} {row.dedupe_key}" for row in recorded]) == set()
    with store.read_context() as ctx:  # at rest it is sealed, wherever it stands
        rows = [str(row) for table in Base.metadata.sorted_tables for row in ctx.session.execute(select(table))]
    assert not [row for row in rows if "Marmalade instead" in row or OWN_LINE in row]
    leaves = [*published, logged.getvalue(), *pushed, *(str(row.payload) for row in recorded)]
    assert not [text for text in leaves if OWN_LINE in text]
    metrics = exposition().decode()
    assert 'community_deliveries_total{kind="rsvp.promoted",medium="push",result="sent"}' in metrics
    assert found([metrics]) == set()
    with store.read_context() as ctx:
        assert found([str(ctx.session.get_one(Member, quill.id).handle)]) == {"quillonette"}


def test_ben_with_detailed_mail_reads_the_kind_and_never_a_name(
    cast: Cast, act: Act, settings: Settings, service: PushService
) -> None:
    with MailServer() as server:
        told = Deliveries(act, replace(settings, push_services=(service.host,)))
        browser = service.browser()
        quill, _ = planted_people(act)
        told.lives_in(quill, "America/New_York")
        told.device(quill, browser)
        act(quill, update_preferences, wanted={("rsvp.promoted", "push"): True}, hide_details=False)
        told.tell(quill, title="Quillonette at the candlewick supper")
        told.tell(quill, kind="password.changed")
        told.send(mail_url=server.url)
    assert {str(mail["Subject"]) for mail in server.mails} == {"Your password was changed", "You got a seat"}
    assert [browser.read(taken)["words"] for taken in service.taken] == ["You got a seat"]
    assert found(mail_texts(server)) <= {"afterward"}


def planted_people(act: Act) -> tuple[Actor, Actor]:
    """Two whose handles are planted; their addresses say nothing."""
    with act.store.unit_of_work(now=act.now) as uow:
        two = make_member(uow, "Quillonette"), make_member(uow, "Marzipania")
        for number, one in enumerate(two):
            uow.session.get_one(Member, one.id).email = f"m{number}@example.org"
    return two


def in_a_room(act: Act, cast: Cast, quill: Actor, marzi: Actor) -> None:
    """Words in a room, answers and names in them."""
    room = act(cast.ada, create.create_room, kind="open", name="Zephyrine parlour", members=[quill.id, marzi.id])
    writer = MessageWriter(act.store)

    def say(who: Actor, body: str, reply_to: object = None) -> object:
        said = {"room_id": room.id, "client_msg_id": str(uuid4()), "body": body, "reply_to": reply_to}
        return writer.post(who, **said).message.id

    first = say(quill, "Marmalade or sober sandwiches?")
    say(marzi, "Marmalade, @Quillonette", first)


def in_care(act: Act, quill: Actor, cipher: FieldCipher) -> None:
    """What somebody says of a day, a hard day, what they keep to and what they plan for: planted in every word."""
    words = "Marmalade instead of alcohol"
    for audience in ("only_me", "coordinator", "trend"):
        said = {"mood": 1, "craving": 9, "intention": words, "note": words, "audience": audience}
        act(quill, check_ins.record_check_in, **said)
    kept = act(quill, actions.create_milestone, kind="without", title=words, since=None, per_week=None)
    act(quill, actions.record_lapse, on=None, note=words, milestone_id=kept.id)
    hours = {"weekday": 0, "month_day": None, "begins": "12:05", "ends": "23:00"}
    act(quill, planned_support_actions.plan_support, **hours, kinds=["breathe"], note=words)
    act(quill, inactivity_actions.set_watch, is_on=True, notify_buddy=True, notify_coordinator=True)
    act(quill, schedule.set_schedule, every="day", weekday=0, at="12:10", notify_buddy=True)
    act(quill, check_ins.request_coordinator)


def mail_texts(server: MailServer) -> list[str]:
    """Every mail as it came, and every part of it decoded."""
    return [text for mail in server.mails for text in texts_of(mail)]


def texts_of(mail: Message) -> list[str]:
    """A mail as it came, and every part of it decoded."""
    raw = mail.as_bytes()
    whole = BytesParser(policy=policy.default).parsebytes(raw)
    texts = [raw.decode("utf-8", "replace"), *(str(value) for value in whole.values())]
    return texts + [str(part.get_content()) for part in whole.walk() if not part.is_multipart()]
