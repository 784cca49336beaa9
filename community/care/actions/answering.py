"""The one question at the end of a reach-out, for each of the two; and being ready for others."""

from datetime import datetime
from uuid import UUID

from community.care.access import reach_outs, reachable
from community.care.actions.climbing import ask_also
from community.care.events.reach_outs import HelperWantsWord
from community.care.models.reach_outs import ReachOutAnswer, Readiness
from community.care.rules import ladder
from community.core.crypto.cipher import Sealer
from community.core.errors import Conflict, Invalid
from community.core.unit_of_work import UnitOfWork
from community.members.actions import quotas


class NotOverYet(Conflict):
    """You are asked when it is over."""

    code = "reach_out_open"


def answer(uow: UnitOfWork, *, reach_out_id: UUID, answer: str, sealer: Sealer) -> None:
    """Answer the one question, again if one likes; whoever came and wants to talk about it gets a coordinator.

    Raises NotFound, NotOverYet, Invalid.
    """
    row = reach_outs.one_of_the_two(uow, reach_out_id)
    if row.state != "closed":
        raise NotOverYet
    is_asker = row.asker_id == uow.actor.id
    if answer not in (ladder.ASKER_ANSWERS if is_asker else ladder.HELPER_ANSWERS):
        raise Invalid(errors={"answer": ["Choose one of the answers."]})
    about = ladder.answer_about(row.id, uow.actor.id)
    kept = reach_outs.own_answer(uow, row)
    is_new_wish = answer == "talk" and (kept is None or sealer.unseal(kept.answer, about=about) != "talk")
    if kept is None:
        kept = ReachOutAnswer(reach_out_id=row.id, member_id=uow.actor.id)
        uow.session.add(kept)
    kept.answer, kept.answered_at = sealer.seal(answer, about=about), uow.now
    if is_new_wish:
        quotas.take(uow, quotas.HELPER_WORDS)
        uow.record(HelperWantsWord(reach_out_id=row.id, member_id=uow.actor.id))


def be_available(uow: UnitOfWork, *, until: datetime | None, wakes: bool | None = None) -> Readiness:
    """Be there for others until a moment, or no longer; whoever waits for somebody is asked of them at once.

    Raises Invalid for a moment that is past, or further than a day.
    """
    if until is not None and not uow.now < until <= uow.now + ladder.LONGEST_FREE:
        raise Invalid(errors={"until": ["Choose a time within the next 24 hours."]})
    row = reach_outs.own_readiness(uow)
    row.until, row.changed_at = until, uow.now
    row.wakes = row.wakes if wakes is None else wakes
    uow.session.flush()
    if until is not None:
        for waiting in reach_outs.waiting_for_somebody(uow):
            if uow.actor.id in reachable.to_ask(uow, waiting, "available_peers"):
                ask_also(uow, waiting, uow.actor.id)
    return row
