"""What coordinators have to do about buddies."""

from community.buddies.events import MentorApproved, MentorAsked, MentorRefused, PairingFlagged, SafetyLookedInto
from community.buddies.queries import pairings
from community.core.outbox.subscriptions import Settled, Task, tasks
from community.core.unit_of_work import ReadContext


@tasks.on(PairingFlagged)
def look_into_it(ctx: ReadContext, event: PairingFlagged) -> Task | None:
    """Somebody did not feel safe with their buddy. A coordinator who is one of the two does not see it."""
    row = pairings.pairing_row(ctx.session, event.pairing_id)
    if row is None:
        return None
    return Task(
        title="Somebody did not feel safe",
        url=f"/console/buddies#{row.id}",
        subject=row.id,
        hidden_from=(row.a_id, row.b_id),
    )


@tasks.on(SafetyLookedInto)
def somebody_has(_look: ReadContext, event: SafetyLookedInto) -> Settled:
    """A coordinator has looked into it."""
    return Settled(kind="pairing.flagged", subject=event.pairing_id, by=event.by)


@tasks.on(MentorAsked)
def read_the_offer(_look: ReadContext, event: MentorAsked) -> Task:
    """Somebody offers to be there for newcomers."""
    return Task(
        title="Somebody offers to be there for newcomers",
        url=f"/console/buddies#{event.member_id}",
        subject=event.member_id,
        hidden_from=(event.member_id,),
    )


@tasks.on(MentorApproved, MentorRefused)
def the_offer_was_read(_look: ReadContext, event: MentorApproved | MentorRefused) -> Settled:
    """A coordinator has decided, or it is not offered any more."""
    return Settled(kind="mentor.asked", subject=event.member_id)
