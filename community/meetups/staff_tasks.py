"""What meetups give coordinators to do."""

from community.core.outbox.subscriptions import Settled, Task, tasks
from community.core.unit_of_work import ReadContext
from community.meetups.events import AttendanceMissed, ConflictFound, SeriesPaused, SeriesResumed


@tasks.on(AttendanceMissed)
def ask_how_they_are(_look: ReadContext, event: AttendanceMissed) -> Task:
    """Somebody who said yes has not come for the third time: ask how they are, that is all."""
    url = f"/console/members/{event.member_id}"
    return Task(title="Somebody has been missed three times. Ask how they are", url=url, subject=event.member_id)


@tasks.on(SeriesPaused)
def find_a_host(_look: ReadContext, event: SeriesPaused) -> Task:
    """A series that nobody confirms waits for a host."""
    return Task(
        title="A series is paused: its host was not heard of",
        url=f"/meetups/{event.meetup_id}",
        subject=event.meetup_id,
    )


@tasks.on(SeriesResumed)
def host_is_found(_look: ReadContext, event: SeriesResumed) -> Settled:
    """Somebody took it up again."""
    return Settled(kind=SeriesPaused.name, subject=event.meetup_id, by=event.member_id)


@tasks.on(ConflictFound)
def keep_them_apart(_look: ReadContext, event: ConflictFound) -> Task:
    """Two who must not meet are going to the same date. Neither is told."""
    return Task(
        title="Two people who must not meet are going to the same date",
        url=f"/meetups/{event.meetup_id}/attendance?date={event.occurrence_id}",
        subject=event.occurrence_id,
        hidden_from=[event.first_id, event.second_id],
    )
