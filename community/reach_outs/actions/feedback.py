"""Feedback after a reach-out."""

from uuid import UUID

from community.core.errors import Conflict, ValidationFailed
from community.core.unit_of_work import UnitOfWork
from community.members.actions import quotas
from community.reach_outs import rules
from community.reach_outs.access import reach_outs
from community.reach_outs.events import DebriefRequested
from community.reach_outs.models import RequestFeedback


class ReachOutStillOpen(Conflict):
    """Feedback is given before the reach-out is closed."""

    code = "reach_out_open"
    message = "You can answer when it’s over."


def record_feedback(uow: UnitOfWork, *, reach_out_id: UUID, answer: str) -> None:
    """Record or replace the actor's answer to the closing question. A responder may ask to talk to a coordinator.

    Raises NotFound, ReachOutStillOpen, ValidationFailed.
    """
    row = reach_outs.request_of_pair(uow, reach_out_id)
    if row.state != "closed":
        raise ReachOutStillOpen
    is_asker = row.requester_id == uow.actor.id
    if answer not in (rules.REQUESTER_ANSWERS if is_asker else rules.RESPONDER_ANSWERS):
        raise ValidationFailed(errors={"answer": ["Choose one of the answers."]})
    feedback = reach_outs.own_feedback(uow, row)
    is_new_wish = answer == "talk" and (
        feedback is None or uow.cipher.decrypt_column(feedback, RequestFeedback.answer) != "talk"
    )
    if feedback is None:
        feedback = RequestFeedback(reach_out_id=row.id, member_id=uow.actor.id)
        uow.session.add(feedback)
    uow.cipher.encrypt_column(feedback, RequestFeedback.answer, answer)
    feedback.answered_at = uow.now
    if is_new_wish:
        quotas.take(uow, quotas.RESPONDER_FEEDBACK)
        uow.record(DebriefRequested(reach_out_id=row.id, member_id=uow.actor.id))
