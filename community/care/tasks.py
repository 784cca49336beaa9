"""What coordinators have to do about care."""

from sqlalchemy.orm import Session

from community.care.events import HelperWantsWord, ReachOutClaimed, ReachOutClosed, ReachOutUnanswered
from community.care.queries import reach_outs
from community.core.subscribers import Settled, Task, tasks


@tasks.on(ReachOutUnanswered)
def come_yourself(session: Session, event: ReachOutUnanswered) -> Task | None:
    """Nobody was free for somebody who needs a person."""
    row = reach_outs.row(session, event.reach_out_id)
    if row is None or row.asker_id is None or row.state != "open":
        return None
    return Task(
        title="Somebody waits for a person, and nobody was free",
        url=f"/reach-outs/{row.id}",
        subject=row.id,
        due_at=row.lines_at,
        hidden_from=(row.asker_id,),
    )


@tasks.on(ReachOutClaimed)
def somebody_came(_session: Session, event: ReachOutClaimed) -> Settled:
    """Somebody is there now."""
    return Settled(kind="reachout.unanswered", subject=event.reach_out_id, by=event.member_id)


@tasks.on(ReachOutClosed)
def call_them_back(session: Session, event: ReachOutClosed) -> list[Settled | Task]:
    """It is over. Where nobody came at all, somebody asks tomorrow how it went."""
    row = reach_outs.row(session, event.reach_out_id)
    settled = Settled(kind="reachout.unanswered", subject=event.reach_out_id)
    if row is None or row.asker_id is None or row.lines_at is None or row.claimed_at is not None:
        return [settled]
    ask = Task(
        title="Somebody found nobody free. Ask how they are",
        url=f"/console/members/{row.asker_id}",
        subject=row.id,
        kind="reachout.missed",
        hidden_from=(row.asker_id,),
    )
    return [settled, ask]


@tasks.on(HelperWantsWord)
def talk_to_them(_session: Session, event: HelperWantsWord) -> Task:
    """Somebody who came for another would like to talk about it."""
    return Task(
        title="Somebody who helped would like a word",
        url=f"/console/members/{event.member_id}",
        subject=event.member_id,
        hidden_from=(event.member_id,),
    )
