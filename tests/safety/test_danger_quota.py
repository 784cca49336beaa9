"""Words of danger pass the ordinary limits and have one of their own; beyond it help shows and the room is spared."""

from typing import Any
from uuid import UUID

import pytest

from community.core.errors import HelpFirst
from community.core.ids import new_id
from community.core.unit_of_work import UnitOfWorkFactory
from community.members.actions.quotas import DANGER_REPORTS, DANGER_WORDS
from community.rooms.actions import create, settings
from community.rooms.engine.message_batch import Posted
from community.safety.actions import reports
from tests.conftest import Act
from tests.factories import Cast
from tests.pages import post_form
from tests.safety.test_sanctions import DANGER, room, say

__all__ = ["room"]


def kinds(answers: list[Any]) -> list[str]:
    """What became of posts."""
    return [type(one).__name__ for one in answers]


@pytest.mark.parametrize("slow_seconds", [0, 30])
def test_ben_floods_with_words_of_danger_and_the_room_is_spared(
    act: Act, cast: Cast, store: UnitOfWorkFactory, room: UUID, slow_seconds: int
) -> None:
    """A4: 600 of 600 were accepted. Now five at once, then ten a minute, in one commit or in many."""
    act(cast.ada, settings.change_room, room_id=room, slow_seconds=slow_seconds)
    flood = "Buy my pills. I want to die"
    answers = say(store, room, *[(cast.ben, flood)] * 40, now=act.now)
    for _ in range(10):
        answers += say(store, room, (cast.ben, flood), now=act.now)
    assert kinds(answers).count("Posted") == DANGER_WORDS.at_once
    refused = [one for one in answers if not isinstance(one, Posted)]
    assert {type(one) for one in refused} == {HelpFirst}
    assert all(0 < (one.retry_after or 0) <= 6.1 for one in refused)
    assert kinds(say(store, room, (cast.cleo, DANGER), now=act.now)) == ["Posted"], "nobody else pays for it"
    accepted = 0
    for _ in range(60):
        act.later(seconds=1)
        accepted += kinds(say(store, room, (cast.ben, flood), now=act.now)).count("Posted")
    assert accepted == DANGER_WORDS.count


def test_it_is_one_quota_in_all_rooms_and_processes(act: Act, cast: Cast, store: UnitOfWorkFactory, room: UUID) -> None:
    """A4: rows count, so no process and no other room has a quota of its own."""
    other = act(cast.ada, create.create_room, kind="open", name="Other", members=[cast.ben.id]).id
    answers = [say(store, place, (cast.ben, DANGER), now=act.now)[0] for place in (room, other) * 4]
    assert kinds(answers).count("Posted") == DANGER_WORDS.at_once


def test_bens_repeated_report_is_answered_again_and_costs_nothing(
    act: Act, cast: Cast, store: UnitOfWorkFactory, room: UUID, api: Any
) -> None:
    """A4: a client that asks again for its message gets it, however much of the quota is used."""
    ben = api(cast.ben)
    first = {"client_msg_id": str(new_id()), "body": DANGER}
    assert ben.post(f"/rooms/{room}/messages", first).status_code == 201
    for _ in range(10):
        ben.post(f"/rooms/{room}/messages", {"client_msg_id": str(new_id()), "body": DANGER})
    assert ben.post(f"/rooms/{room}/messages", first).status_code == 200


def test_ben_who_is_refused_is_shown_the_way_to_help(cast: Cast, room: UUID, api: Any, page: Any) -> None:
    """A4: problem+json with Retry-After and help for programs; the crisis lines on the page, with his words kept."""
    ben = api(cast.ben)
    for _ in range(DANGER_WORDS.at_once):
        ben.post(f"/rooms/{room}/messages", {"client_msg_id": str(new_id()), "body": DANGER})
    refused = ben.post(f"/rooms/{room}/messages", {"client_msg_id": str(new_id()), "body": DANGER})
    assert (refused.status_code, refused.content_type) == (429, "application/problem+json")
    assert int(refused.headers["Retry-After"]) >= 1
    assert (refused.json["code"], refused.json["help"]) == ("too_many", "/help")
    assert refused.json["crisis_lines"][0] == {"label": "Call 988", "href": "tel:988"}
    form = {"client_msg_id": str(new_id()), "body": DANGER}
    answer = post_form(page(cast.ben), f"/rooms/{room}/messages", form)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1
    main = answer.text[answer.text.index("<main") :]
    assert "If you need someone now, tap Help now." in main
    assert 'href="tel:988"' in main
    assert DANGER in main


def test_ben_reports_danger_without_end_and_coordinators_are_spared(
    act: Act, cast: Cast, store: UnitOfWorkFactory, room: UUID
) -> None:
    """A4: 15 of 15 passed the limit of reports. By category or by words, danger has a quota of its own."""
    answers: list[Any] = []
    for number in range(15):
        [said] = say(store, room, (cast.cleo, f"Line {number}"), now=act.now)
        category, reason = ("danger", "Look") if number % 2 else ("other", DANGER)
        about = {"message_id": said.message.id, "category": category, "reason": reason}
        try:
            answers.append(act(cast.ben, reports.report, **about))
        except HelpFirst as refusal:
            answers.append(refusal)
    assert kinds(answers).count("Report") == DANGER_REPORTS.at_once
    act.later(seconds=6)
    [said] = say(store, room, (cast.cleo, "One more"), now=act.now)
    about = {"message_id": said.message.id, "category": "danger", "reason": "Look"}
    act(cast.ben, reports.report, **about)
