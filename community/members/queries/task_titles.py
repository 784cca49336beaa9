"""Titles of staff tasks that are about one member, for the features above."""

from collections.abc import Callable, Collection, Mapping
from uuid import UUID

from community.core.outbox.notification_texts import named
from community.core.outbox.staff_task_kinds import TaskKind, declare_task, task_titles
from community.core.unit_of_work import ReadContext
from community.members.queries.people import handles


def declare_member_task(name: str, kind: TaskKind, say: Callable[[str], str]) -> None:
    """Declare a kind of task whose subject is a member. `say` returns its title from the member's name."""
    declare_task(name, kind)

    def write(ctx: ReadContext, subjects: Collection[UUID]) -> Mapping[UUID, str]:
        found = handles(ctx.session, subjects)
        return {member_id: say(named(handle)) for member_id, handle in found.items()}

    task_titles.on(name)(write)
