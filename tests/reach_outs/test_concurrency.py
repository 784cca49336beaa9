"""What several processes do about one reach-out in the same instant happens once; a step cut short is taken again."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from community.core.settings import Settings
from community.core.unit_of_work import UnitOfWorkFactory
from community.reach_outs.models import ReachOut, ResponderRequest
from community.reach_outs.queries import reach_outs
from tests.buddies.test_concurrency import two  # noqa: F401 - the same two processes
from tests.conftest import Act
from tests.factories import Cast, make_member
from tests.support.buddy_fixtures import MakePairing
from tests.support.concurrency import Racers
from tests.support.proof_output import print_figure
from tests.support.reach_out_fixtures import AskForHelp, PostMessage, count_notifications, step_states, view_of
from tests.support.run_worker import run_until_idle

ROUNDS = [1, pytest.param(40, marks=pytest.mark.prove, id="C-claim-40")]
# A worker that ends in the middle: ours has done its part of the event named first, nothing is committed yet.
DIES = """
import os, sys
from datetime import datetime
from community.core.pubsub import PubSub
from community.core.db import Database
from community.core.events import event_types
from community.core.settings import load_settings
from community.core.outbox.subscriptions import handlers
from community.core.unit_of_work import UnitOfWorkFactory
from community.processes.worker import Worker
from tests.support import run_worker

url, now, kind, folder = sys.argv[1:]

@handlers.on(event_types()[kind])
def die(uow, event):
    uow.session.flush()
    os._exit(9)

store = UnitOfWorkFactory(Database(url), PubSub(None))
Worker(store, load_settings({"DATABASE_URL": url, "COMMUNITY_DATA_DIR": folder})).step(datetime.fromisoformat(now))
"""


@pytest.mark.parametrize("rounds", ROUNDS)
def test_five_come_at_once_and_one_is_there(  # C-claim
    cast: Cast,
    act: Act,
    ask_for_help: AskForHelp,
    offer_help: Callable[..., Any],
    store: UnitOfWorkFactory,
    settings: Settings,
    two: Racers,  # noqa: F811
    post_message: PostMessage,
    rounds: int,
) -> None:
    with store.unit_of_work(now=act.now) as uow:
        five = [make_member(uow, f"Peer {number}") for number in range(5)]
    for number in range(rounds):
        for one in five:
            offer_help(one)
        with store.unit_of_work(now=act.now) as uow:
            asker = make_member(uow, f"Asker {number}")
        mine = ask_for_help(asker)
        works = [{"verb": "come", "actor": str(one.id), "id": str(mine)} for one in five]
        answers = Counter(two.race(store, works, now=act.now))
        assert answers == {"claimed": 1, "AlreadyClaimed": 4}
        run_until_idle(store, settings, now=act.now)
        [there] = [one for one in five if view_of(act, one, mine).role == "helper"]
        post_message(there, mine)
        thanked = [count_notifications(act, one, "reach_out.thanked") for one in five]
        assert sum(thanked) == 4 * (number + 1)
        act.later(hours=3)
    print_figure("C-claim", f"{store.database.url.get_backend_name()}: {rounds} times five at once, one came each time")


def test_asking_reading_and_offering_help_in_one_instant_all_work(
    cast: Cast,
    act: Act,
    store: UnitOfWorkFactory,
    settings: Settings,
    two: Racers,  # noqa: F811
) -> None:
    with store.unit_of_work(now=act.now) as uow:
        peers = [make_member(uow, f"Peer {number}") for number in range(4)]
    ben = str(cast.ben.id)
    first = two.race(store, [{"verb": "ask", "actor": ben}] * 3, now=act.now)
    assert len(set(first)) == 1, "three taps are one reach-out"
    frees = [{"verb": "free", "actor": str(one.id)} for one in peers]
    touches = [{"verb": "advance", "actor": ben, "id": first[0]}, {"verb": "ask", "actor": ben}]
    answers = two.race(store, [*frees, *touches], now=act.now)
    assert sorted(answers) == sorted([*["free"] * 4, "open", first[0]])
    with store.read_context() as ctx:
        assert ctx.session.scalars(select(func.count()).select_from(ReachOut)).one() == 1
        asked = set(ctx.session.scalars(select(ResponderRequest.member_id)))
    assert {one.id for one in peers} <= asked


@pytest.mark.parametrize("kind", ["reach_out.step_due", "reach_out.responders_notified"])
def test_a_worker_dies_in_a_step_and_the_next_takes_it(
    cast: Cast,
    act: Act,
    make_pairing: MakePairing,
    ask_for_help: AskForHelp,
    offer_help: Callable[..., Any],
    store: UnitOfWorkFactory,
    settings: Settings,
    tmp_path: Any,
    kind: str,
) -> None:
    make_pairing(cast.ben, cast.cleo)
    offer_help(cast.dov)
    mine = ask_for_help(cast.ben)
    if kind == "reach_out.step_due":
        run_until_idle(store, settings, now=act.now)
        act.later(minutes=2)
    words = [
        sys.executable,
        "-c",
        DIES,
        store.database.url.render_as_string(hide_password=False),
        act.now.isoformat(),
        kind,
        str(tmp_path),
    ]
    assert subprocess.run(words, timeout=60, check=False).returncode == 9
    if kind == "reach_out.step_due":
        with store.read_context() as ctx:
            assert reach_outs.asked_in_round(ctx.session, mine, 1) == ([], ""), "what it did is as if it had never been"
    act.later(minutes=0 if kind == "reach_out.step_due" else 2)
    for _ in range(3):  # the dead one's lease runs out
        act.later(seconds=10)
        run_until_idle(store, settings, now=act.now)
    assert step_states(view_of(act, cast.ben, mine))["available_peers"] == "asked"
    assert [count_notifications(act, one, "reach_out.responders_notified") for one in (cast.cleo, cast.dov)] == [1, 1]
