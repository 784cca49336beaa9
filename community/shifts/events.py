"""Events of shifts. Ids only."""

from dataclasses import dataclass
from uuid import UUID

from community.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ShiftChanged(Event, name="shift.changed"):
    """The shift schedule changed: a shift was planned, removed, `offered` or taken from another coordinator."""

    shift_id: UUID
    offered: bool = False
    taken_from: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class ShiftStarted(Event, name="shift.started"):
    """A shift begins, or has another coordinator while it is on."""

    shift_id: UUID


@dataclass(frozen=True, kw_only=True)
class HandoverDue(Event, name="shift.handover_due"):
    """A shift is about to end."""

    shift_id: UUID
