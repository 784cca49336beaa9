"""What somebody writes when they need a person stands sealed in one place, and in nothing that leaves the house."""

import re
from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from sqlalchemy import select, text

from community.core.db import Base
from community.core.outbox.notification_kinds import all_kinds, kind_of
from community.core.outbox.store import OutboxEvent
from community.core.pubsub import PubSub
from community.core.settings import Settings
from community.core.unit_of_work import UnitOfWorkFactory
from community.members.models import Member
from community.notifications.actions import update_preferences
from community.onboarding import actions as onboarding_actions
from community.processes.worker import Worker
from community.reach_outs.actions import feedback, reach_outs
from community.shifts import actions
from tests.conftest import Act
from tests.factories import Cast, make_member
from tests.notifications.test_confidentiality import (
    WHAT_IT_HAS,
    certificate,
    found,
    logged,
    mail_texts,
    published,
    service,
    valkey,
)
from tests.support.delivery_helpers import Deliveries
from tests.support.push import PushService
from tests.support.smtp import MailServer
from tests.support.valkey import Valkey
from tests.support.waiting import until

__all__ = ["certificate", "logged", "published", "service", "valkey"]
NOTE = "marmalade at the candlewick supper"
NOTES = "zephyrine parlour, quillonette"


def test_no_word_of_a_reach_out_leaves_the_house(  # C-leak
    cast: Cast,
    act: Act,
    store: UnitOfWorkFactory,
    settings: Settings,
    service: PushService,
    valkey: Valkey,
    published: list[str],
    logged: StringIO,
) -> None:
    """Neither in Redis, nor in mail, push, log or outbox; nor unsealed in any table."""
    act.store = UnitOfWorkFactory(
        store.database, PubSub(valkey.url), secrets=settings.encryption_secrets, clock=act.clock
    )
    with MailServer() as server:
        settings = replace(
            settings, name="Notes", mail_from="notes@example.org", mail_url=server.url, push_services=(service.host,)
        )
        told = Deliveries(act, settings)
        with store.unit_of_work(now=act.now) as uow:
            quill, marzi = make_member(uow, "Quillonette"), make_member(uow, "Marzipania")
            for number, one in enumerate((quill, marzi, cast.ada)):
                uow.session.get_one(Member, one.id).email = f"m{number}@example.org"
        browser = service.browser()
        for one in (quill, marzi, cast.ada):
            told.lives_in(one, "America/New_York")
            act(
                one,
                update_preferences,
                wanted={(kind, medium): True for kind in all_kinds() for medium in ("email", "push")},
            )
        told.device(marzi, browser)
        worker = Worker(act.store, settings)

        def work() -> None:
            while worker.step(act.now):
                pass

        day = act.now.date()
        plan: dict[str, Any] = {"starts": act.now.time(), "ends": act.now.time(), "time_zone": "UTC"}
        [shift] = act(cast.ada, actions.plan_shifts, day=day, **plan)
        act(cast.ada, actions.save_notes, shift_id=shift.id, notes=NOTES)
        act(marzi, reach_outs.set_availability, until=act.now.replace(hour=23), overrides_quiet_hours=True)
        act(marzi, onboarding_actions.set_greeter_offer, offers=True)
        act(None, onboarding_actions.start_onboarding, member_id=quill.id)
        mine = act(quill, reach_outs.request_help, note=NOTE)[0].id
        for _ in range(3):
            work()
            act.later(minutes=5)
        work()
        act(marzi, reach_outs.claim, reach_out_id=mine)
        work()
        act(quill, reach_outs.close, reach_out_id=mine)
        for one, said in ((quill, "somewhat"), (marzi, "talk")):
            act(one, feedback.record_feedback, reach_out_id=mine, answer=said)
        server.answer = "550 no"
        work()

    kinds = {"reach_out.responders_notified", "reach_out.claimed", "reach_out.unanswered", "reach_out.closed"}
    with store.read_context() as ctx:
        payloads = [str(row.payload) for row in ctx.session.scalars(select(OutboxEvent))]
        assert kinds <= set(ctx.session.scalars(select(OutboxEvent.type)))
        rows = [
            f"{table.name} {row}"
            for table in Base.metadata.sorted_tables
            if table.name not in ("members",)
            for row in ctx.session.execute(text(f'SELECT * FROM "{table.name}"'))
        ]
    assert found(payloads) == set()
    assert [row for row in rows if found([row])] == []
    assert not re.search(r"\bsomewhat\b", " ".join(rows))
    assert len(server.mails) >= 4
    assert found(mail_texts(server), WHAT_IT_HAS) == set()
    pushed = [str(browser.read(taken)) for taken in service.taken]
    assert pushed
    assert found([re.sub("/notifications/", "/", one) for one in pushed], WHAT_IT_HAS) == set()
    until(lambda: any("reach_out.claimed" in one for one in published), what="the rings to be heard")
    assert found(published) == set()
    assert "delivery.ended" in logged.getvalue()
    assert found([logged.getvalue()]) == set()


def test_the_scan_would_find_it() -> None:
    assert found([f"note {NOTE}", NOTES]) >= {"marmalade", "candlewick supper", "zephyrine parlour", "quillonette"}


@pytest.mark.parametrize(
    "kind",
    sorted(kind for kind in all_kinds() if kind.startswith(("reach_out.", "shift.", "onboarding.", "companion."))),
)
def test_a_lock_screen_tells_nothing(kind: str) -> None:
    assert found([kind_of(kind).preview, kind_of(kind).mail_text], WHAT_IT_HAS) == set()
