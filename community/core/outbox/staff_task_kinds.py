"""Kinds of staff tasks: how they are shown and settled, and the sentences that say who and what.

A task stores a neutral title. A feature declares its kinds beside the rules that create them, and writes the titles
with names for all tasks of a page at once, when a coordinator reads them.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from community.core.kind_registries import KindRegistry
from community.core.unit_of_work import ReadContext


@dataclass(frozen=True, kw_only=True)
class TaskKind:
    """A kind of staff task.

    `verb` is what its button says, and `icon` its picture. `group` is where it is listed while it has no deadline:
    `now`, `today` or `later`. A `settles_itself` task ends when the thing it is about is done, and is never
    marked by hand.
    """

    verb: str = "Open"
    icon: str = "list"
    group: str = "later"
    settles_itself: bool = False


TitleWriter = Callable[[ReadContext, Collection[UUID]], Mapping[UUID, str]]


class TaskTitles(KindRegistry[TitleWriter]):
    """Writers of titles by kind. Each gets the reader's context and the subjects of all its tasks on a page."""

    def write(self, ctx: ReadContext, tasks: Iterable[tuple[str, UUID]]) -> dict[tuple[str, UUID], str]:
        """Return the titles of these tasks (kind, subject), without those that no one can write."""
        subjects: dict[str, set[UUID]] = defaultdict(set)
        for kind, subject in tasks:
            subjects[kind].add(subject)
        return {
            (kind, subject): title
            for kind, some in subjects.items()
            if (writer := self._by_kind.get(kind)) is not None
            for subject, title in writer(ctx, some).items()
        }


task_titles = TaskTitles()
_UNKNOWN = TaskKind()
_declared: dict[str, TaskKind] = {}


def declare_task(name: str, kind: TaskKind) -> None:
    """Declare a kind of task. Raises TypeError when its name is taken."""
    if name in _declared:
        raise TypeError(f"the kind of task {name} is taken")
    _declared[name] = kind


def task_kind(name: str) -> TaskKind:
    """Return a kind of task by its name. An unknown kind (of a stored row) is marked as done by hand."""
    return _declared.get(name, _UNKNOWN)
