"""A process that answers occurrences as fast as it can: `python -m tests.support.rsvp_process` with one JSON question.

It says "ready", waits for a line, acts, and prints what became of each act.
"""

import json
import sys
from datetime import datetime
from typing import Any
from uuid import UUID

from community.core.db import Database
from community.core.errors import AppError
from community.core.pubsub import PubSub
from community.core.unit_of_work import Actor, Role, UnitOfWorkFactory
from community.features import load_models
from community.meetups.actions import rsvps

ACTS: dict[str, Any] = {"accept": rsvps.accept_offer, "settle": rsvps.expire_offers}


def main() -> None:
    """Read the question, wait for the start, act, answer."""
    asked = json.loads(sys.stdin.readline())
    load_models()
    store = UnitOfWorkFactory(Database(asked["url"]), PubSub(None))
    now = datetime.fromisoformat(asked["now"])
    with store.read_context() as ctx:
        ctx.session.connection()
    print("ready", flush=True)
    sys.stdin.readline()
    said = []
    for member, verb in asked["acts"]:
        actor = Actor(id=UUID(member), handle="", role=Role.ALUMNUS, time_zone="UTC")
        fields = {} if verb in ACTS else {"answer": verb}
        try:
            with store.unit_of_work(actor, now=now) as uow:
                act = ACTS.get(verb, rsvps.answer_occurrence)
                said.append(getattr(act(uow, occurrence_id=UUID(asked["date"]), **fields), "state", "done"))
        except AppError as refusal:
            said.append(refusal.code)
    print(json.dumps(said), flush=True)


if __name__ == "__main__":
    main()
