"""What coordinators have to do: written down by events, seen to by one, crossed out once; never shown to whom it is
about."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from community.console.actions import tasks
from community.console.actions.tasks import TaskTaken
from community.console.queries import tasks as queries
from community.console.queries.tasks import TaskView
from community.core.errors import Forbidden, NotFound
from community.core.ids import new_id
from community.core.outbox.subscriptions import StaffTask, TaskResolved
from community.core.settings import Settings
from community.core.unit_of_work import Actor, Role, UnitOfWorkFactory
from community.processes.worker import Worker
from tests.conftest import NOON, Act
from tests.factories import Cast, make_member
from tests.pages import post_form
from tests.safety.test_reports import say


@pytest.fixture
def tell(store: UnitOfWorkFactory) -> Callable[..., None]:
    """Write tasks down, or cross them out, as a worker does."""

    def write(*told: StaffTask | TaskResolved, after: float = 0) -> None:
        with store.unit_of_work(now=NOON + timedelta(minutes=after)) as uow:
            tasks.update_tasks(uow, event_type="pairing.quiet", changes=told)

    return write


def task(title: str = "Two buddies are quiet", **more: Any) -> StaffTask:
    return StaffTask(**{"title": title, "url": "/console/buddies", "subject": new_id(), **more})


def to_do(act: Act, actor: Actor) -> list[TaskView]:
    return list(act.read(actor, queries.today).to_do)


def test_the_most_pressing_comes_first(act: Act, cast: Cast, tell: Callable[..., None]) -> None:
    tell(task("without a time"))
    tell(task("tomorrow", due_at=NOON + timedelta(days=1)), task("an hour ago", due_at=NOON - timedelta(hours=1)))
    shown = to_do(act, cast.ada)
    assert [(one.title, one.is_late) for one in shown] == [
        ("an hour ago", True),
        ("tomorrow", False),
        ("without a time", False),
    ]


def test_the_same_again_is_one_task_and_says_what_is_so_now(act: Act, cast: Cast, tell: Callable[..., None]) -> None:
    subject = new_id()
    tell(task("quiet for 10 days", subject=subject))
    act(cast.ada, tasks.take, task_id=to_do(act, cast.ada)[0].id)
    tell(task("quiet for 20 days", subject=subject))
    shown = to_do(act, cast.ada)
    assert [(one.title, one.assignee) for one in shown] == [("quiet for 20 days", "Ada")]


def test_a_settled_task_is_done_and_can_come_up_again(act: Act, cast: Cast, tell: Callable[..., None]) -> None:
    subject = new_id()
    settled = TaskResolved(kind="pairing.quiet", subject=subject, by=cast.root.id)
    tell(settled, task(subject=subject), settled, settled)
    day = act.read(cast.ada, queries.today)
    assert [(one.title, one.done_by) for one in day.done] == [("Two buddies are quiet", "Root")]
    assert day.to_do == ()
    tell(task(subject=subject))
    assert len(to_do(act, cast.ada)) == 1


def test_one_sees_to_it_and_another_may_take_it_over(act: Act, cast: Cast, tell: Callable[..., None]) -> None:
    tell(task())
    task_id = to_do(act, cast.ada)[0].id
    act(cast.ada, tasks.take, task_id=task_id)
    act(cast.ada, tasks.take, task_id=task_id)
    with pytest.raises(TaskTaken):
        act(cast.root, tasks.take, task_id=task_id)
    act(cast.root, tasks.give_back, task_id=task_id)
    act(cast.root, tasks.take, task_id=task_id)
    shown = to_do(act, cast.ada)[0]
    assert (shown.assignee, shown.is_mine) == ("Root", False)
    act(cast.ada, tasks.finish, task_id=task_id)
    with pytest.raises(NotFound):
        act(cast.root, tasks.finish, task_id=task_id)
    assert act.read(cast.root, queries.today).done[0].done_by == "Ada"


def test_ada_does_not_see_a_task_about_herself(act: Act, cast: Cast, tell: Callable[..., None]) -> None:
    tell(task(hidden_from=[cast.ada.id, cast.ada.id]))
    assert to_do(act, cast.ada) == []
    assert act.read(cast.ada, queries.count_open_tasks) == 0
    task_id = to_do(act, cast.root)[0].id
    for change in (tasks.take, tasks.give_back, tasks.finish):
        with pytest.raises(NotFound):
            act(cast.ada, change, task_id=task_id)
        with pytest.raises(Forbidden):
            act(cast.ben, change, task_id=task_id)


def test_done_today_begins_at_the_coordinators_midnight(
    act: Act, store: UnitOfWorkFactory, tell: Callable[..., None]
) -> None:
    with store.unit_of_work(now=NOON) as uow:
        here = make_member(uow, "Sable", Role.COORDINATOR, zone="America/New_York")
        there = make_member(uow, "Wren", Role.COORDINATOR, zone="Asia/Tokyo")
    tell(task())
    act(here, tasks.finish, task_id=to_do(act, here)[0].id)  # noon in New York, two at night on the next day in Tokyo
    act.later(hours=11)
    assert len(act.read(here, queries.today).done) == 1
    assert len(act.read(there, queries.today).done) == 1
    act.later(hours=2)
    assert act.read(here, queries.today).done == ()
    assert len(act.read(there, queries.today).done) == 1


@pytest.fixture
def reported(store: UnitOfWorkFactory, cast: Cast, api: Any, settings: Settings) -> tuple[str, Worker]:
    """Ben reports words of Ada, and a worker has seen to it. The report's id, and the worker."""
    messages = say(store, "open", (cast.ada, "x"), members=(cast.ada, cast.ben))
    made = api(cast.ben).post(f"/messages/{messages[0]}/reports", {"reason": "Look at this."})
    worker = Worker(store, settings)
    worker.step()
    return made.json["id"], worker


def test_a_report_is_a_task_until_somebody_decides(
    cast: Cast, api: Any, page: Callable[[Actor], FlaskClient], reported: tuple[str, Worker]
) -> None:
    report_id, worker = reported
    assert "Something else · message by Ada, 1 report" in page(cast.root).get("/console/today").text
    assert "message by Ada" not in page(cast.ada).get("/console/today").text
    found = api(cast.root).get("/tasks").json["items"]
    assert [(one["kind"], one["url"]) for one in found] == [("message.reported", f"/console/reports/{report_id}")]
    done = api(cast.root).post(f"/tasks/{found[0]['id']}/done")
    assert (done.status_code, done.json["code"]) == (409, "task_settles_itself")
    assert api(cast.root).post(f"/reports/{report_id}/dismissal", {"note": ""}).status_code == 200
    worker.step()
    assert api(cast.root).get("/tasks").json["items"] == []
    done = api(cast.root).get("/tasks?state=done").json["items"]
    assert [one["done_by"] for one in done] == ["Root"]
    assert api(cast.ada).get("/tasks?state=done").json["items"] == []


def test_the_page_takes_frees_and_finishes(
    act: Act, cast: Cast, page: Callable[[Actor], FlaskClient], tell: Callable[..., None]
) -> None:
    tell(task())
    task_id: UUID = to_do(act, cast.ada)[0].id
    ada, root = page(cast.ada), page(cast.root)

    def post(client: FlaskClient, what: str) -> int:
        return int(post_form(client, f"/console/tasks/{task_id}/{what}", {}).status_code)

    assert post(ada, "take") == 303
    assert "Ada has it." in root.get("/console/today").text
    assert post(root, "take") == 409
    assert post(root, "free") == 303
    assert post(root, "done") == 303
    assert "by Root" in ada.get("/console/today").text
    assert post(root, "done") == 404


def test_one_assignment_for_a_report_and_its_task(
    act: Act, cast: Cast, api: Any, reported: tuple[str, Worker]
) -> None:  # finding 4: two assignments
    report_id, worker = reported
    [task] = api(cast.root).get("/tasks?whose=unassigned").json["items"]
    assert api(cast.root).put(f"/tasks/{task['id']}/assignment").status_code == 204
    assert api(cast.root).get(f"/reports/{report_id}").json["summary"]["assignee"]["handle"] == "Root"
    assert api(cast.root).delete(f"/reports/{report_id}/assignment").status_code == 204
    worker.step()
    assert [one["assignee"] for one in api(cast.root).get("/tasks").json["items"]] == [None]
    assert api(cast.root).put(f"/reports/{report_id}/assignment").status_code == 204
    worker.step()
    assert [one["assignee"] for one in api(cast.root).get("/tasks?whose=mine").json["items"]] == ["Root"]
    assert api(cast.root).get("/tasks?whose=unassigned").json["items"] == []


def test_groups_are_by_deadline_and_many_check_ins_are_one_line(
    act: Act, cast: Cast, tell: Callable[..., None]
) -> None:  # finding 4
    tell(task("soon", due_at=NOON + timedelta(minutes=42)), task("tonight", due_at=NOON + timedelta(hours=9)))
    tell(task("friday", due_at=NOON + timedelta(days=4)), *(task("day", kind="check_in.recorded") for _ in range(4)))
    day = act.read(cast.ada, queries.today)
    assert [(group.name, group.count) for group in day.groups] == [("now", 1), ("today", 1), ("later", 5)]
    assert (day.to_do[0].minutes_left, len(day.groups[2].folded)) == (42, 4)


def test_a_task_done_by_mistake_is_undone_once(act: Act, cast: Cast, tell: Callable[..., None]) -> None:
    subject = new_id()
    tell(task(subject=subject))
    task_id = to_do(act, cast.ada)[0].id
    act(cast.ada, tasks.finish, task_id=task_id)
    act(cast.root, tasks.reopen, task_id=task_id)
    assert [one.id for one in to_do(act, cast.ada)] == [task_id]
    with pytest.raises(NotFound):
        act(cast.ada, tasks.reopen, task_id=task_id)
    act(cast.ada, tasks.finish, task_id=task_id)
    tell(task(subject=subject))
    act(cast.ada, tasks.reopen, task_id=task_id)
    assert len(to_do(act, cast.ada)) == 1, "the new one about the same is enough"
