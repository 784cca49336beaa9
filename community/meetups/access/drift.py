"""Dates to come whose stored moment is not the one that their wall time means now."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from community.core.local_time import to_utc
from community.meetups.models import Meetup, Occurrence


def drifted_occurrences(session: Session, *, now: datetime) -> Iterator[tuple[UUID, UUID]]:
    """Yield meetup and date for each date to come that a change of a country's clock rules has put beside its time.

    All dates to come are looked at, a few columns of each. What has begun by one of the two moments stays as it is.
    """
    rows = session.execute(
        select(
            Occurrence.meetup_id,
            Occurrence.id,
            Occurrence.starts_at_local,
            Occurrence.starts_at,
            Meetup.time_zone,
        )
        .join(Meetup, Meetup.id == Occurrence.meetup_id)
        .where(Occurrence.starts_at > now, Occurrence.state == "scheduled")
        .order_by(Occurrence.meetup_id, Occurrence.id)
    )
    for meetup_id, date_id, wall_time, starts_at, zone in rows.all():
        meant = to_utc(wall_time, zone)
        if meant != starts_at and meant > now:
            yield meetup_id, date_id
