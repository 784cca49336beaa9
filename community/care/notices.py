"""Who hears what of care, in words that tell nothing on a lock screen."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy.orm import Session

from community.care.events import (
    ReachOutAsked,
    ReachOutClaimed,
    ReachOutClosed,
    ReachOutReopened,
    ReachOutUnanswered,
)
from community.care.queries import reach_outs
from community.core.subscribers import Notice, notices, still_true


@notices.on(ReachOutAsked)
def ask_them(session: Session, event: ReachOutAsked) -> Notice | None:
    """Those whose turn it is. Whom it may be asked of in their quiet hours was decided when they were."""
    row = reach_outs.row(session, event.reach_out_id)
    if row is None or row.state != "open":
        return None
    title = "A practice: can you be reached?" if row.is_drill else "Somebody could use you now"
    to, step = reach_outs.asked_in(session, row.id, event.round)
    kind = "reachout.waiting" if step == "lines" else None  # coordinators who were not on call may sleep
    return Notice(to=to, title=title, url=f"/reach-outs/{row.id}", subject=row.id, kind=kind)


@still_true.on("reachout.asked", "reachout.waiting")
def is_still_asked(session: Session, recipient_id: UUID, subject: UUID | None, _version: int | None) -> bool:
    """Nobody is called for what somebody else does already, or who said not now."""
    row = reach_outs.row(session, subject) if subject else None
    return row is not None and row.state == "open" and recipient_id in reach_outs.all_asked(session, row.id)


@notices.on(ReachOutClaimed)
def tell_who_is_there(session: Session, event: ReachOutClaimed) -> Iterator[Notice]:
    """Who asked, and with thanks the others."""
    row = reach_outs.row(session, event.reach_out_id)
    if row is None or row.asker_id is None:
        return
    url = f"/reach-outs/{row.id}"
    yield Notice(to=[row.asker_id], title="Somebody is here for you", url=url, subject=row.id)
    others = [one for one in reach_outs.all_asked(session, row.id) if one != event.member_id]
    yield Notice(to=others, title="Somebody is there. Thank you", url=url, kind="reachout.thanked")


@notices.on(ReachOutUnanswered)
def tell_the_truth(session: Session, event: ReachOutUnanswered) -> Notice | None:
    """Who asked: nobody is free, and these lines are."""
    row = reach_outs.row(session, event.reach_out_id)
    if row is None or row.state != "open" or row.asker_id is None:
        return None
    title = "Nobody here is free. You can call now"
    return Notice(to=[row.asker_id], title=title, url=f"/reach-outs/{row.id}", subject=row.id)


@notices.on(ReachOutReopened)
def tell_that_it_goes_on(session: Session, event: ReachOutReopened) -> Notice | None:
    """Who asked: we go on asking."""
    row = reach_outs.row(session, event.reach_out_id)
    if row is None or row.asker_id is None:
        return None
    return Notice(to=[row.asker_id], title="We go on asking for you", url=f"/reach-outs/{row.id}")


@notices.on(ReachOutClosed)
def ask_the_other(session: Session, event: ReachOutClosed) -> Notice | None:
    """The one of the two who did not close it has a question, too."""
    row = reach_outs.row(session, event.reach_out_id)
    if row is None or row.asker_id is None or row.claimed_by is None:
        return None
    to = [one for one in (row.asker_id, row.claimed_by) if one != event.by]
    return Notice(to=to, title="One question", url=f"/reach-outs/{row.id}")
