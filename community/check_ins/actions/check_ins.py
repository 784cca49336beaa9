"""Saying how a day was, or that today is not the day; what helped; taking it back; a coordinator's look."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from community.check_ins import access
from community.check_ins.actions import schedule
from community.check_ins.events import CheckInRecorded, CheckInReviewed, CoordinatorContactRequested
from community.check_ins.models import CheckIn, HelpfulActions
from community.check_ins.queries import check_ins as queries
from community.check_ins.queries import recommendations
from community.check_ins.rules import recommendations as recommendations_rules
from community.check_ins.rules.check_ins import Answers
from community.core import audit_log
from community.core.errors import Conflict, ValidationFailed
from community.core.ids import new_id
from community.core.permissions import Permission
from community.core.unit_of_work import UnitOfWork
from community.members.actions import quotas


class FeedbackAlreadyGiven(Conflict):
    """You have said already what helped that day."""

    code = "already_said"
    message = "You have said already what helped that day."


def record_check_in(uow: UnitOfWork, *, audience: str, **said: Any) -> queries.CheckInView:
    """Keep how the actor is, for whom they chose, and offer what fits. Raises Invalid when there is nothing in it.

    `said` are the fields of Answers.
    """
    answers = Answers(**said)
    if answers.is_empty:
        raise ValidationFailed(errors={"mood": ["Answer one of them, or choose “Not today”."]})
    if audience == "buddy" and not recommendations.my_buddies(uow):
        raise ValidationFailed(errors={"audience": ["You have no buddy to show it to."]})
    if audience in ("buddy", "coordinator"):
        quotas.take(uow, quotas.SHARED_CHECK_INS)
    offered = recommendations_rules.recommend(
        answers, recommendations.available_support(uow), queries.readable_helpful_actions(uow)
    )
    row = CheckIn(id=new_id(), member_id=uow.actor.id, made_at=uow.now, audience=audience, answers="")
    kept = replace(answers, offered=offered)
    uow.cipher.encrypt_column(row, CheckIn.answers, kept.as_text())
    uow.session.add(row)
    uow.session.flush()
    schedule.mark_answered(uow)
    uow.record(CheckInRecorded(check_in_id=row.id, member_id=uow.actor.id))
    return queries.view_of(row, uow.cipher)


def skip_today(uow: UnitOfWork) -> None:
    """The actor does not want to say. That is as good as an answer."""
    schedule.mark_answered(uow)


def delete_check_in(uow: UnitOfWork, *, check_in_id: UUID) -> None:
    """Delete a check-in of the actor's, for everybody. Raises NotFound."""
    uow.session.delete(access.own_check_in(uow, check_in_id, lock=True))


def record_helpful_action(uow: UnitOfWork, *, check_in_id: UUID, kind: str | None) -> None:
    """Keep which of the things offered helped, or that none did (None). Asked once. Raises NotFound, AlreadySaid."""
    row = access.own_check_in(uow, check_in_id, lock=True)
    if row.helped != "open":
        raise FeedbackAlreadyGiven
    offered = queries.view_of(row, uow.cipher).answers.offered
    if kind is not None and kind not in offered:
        raise ValidationFailed(errors={"helped": ["That was not among what was offered."]})
    row.helped = "said"
    counts = queries.my_helpful_actions(uow)
    for one in offered:
        before = counts.get(one, recommendations_rules.HelpfulCounts())
        said_yes, said_no = (1, 0) if one == kind else (0, 1 if kind is None else 0)
        counts[one] = recommendations_rules.HelpfulCounts(before.yes + said_yes, before.no + said_no)
    kept = access.own_helpful_actions(uow, lock=True) or HelpfulActions(member_id=uow.actor.id, counts="")
    uow.cipher.encrypt_column(kept, HelpfulActions.counts, queries.encode_helpful_actions(counts))
    uow.session.add(kept)


def skip_feedback(uow: UnitOfWork, *, check_in_id: UUID) -> None:
    """Not to be asked what helped that day. Raises NotFound."""
    access.own_check_in(uow, check_in_id, lock=True).helped = "said"


def request_coordinator(uow: UnitOfWork) -> None:
    """Have a coordinator get in touch with the actor. Once, while coordinators have it to do. Raises TooMany."""
    if access.has_open_coordinator_request(uow):
        return
    quotas.take(uow, quotas.COORDINATOR_REQUESTS)
    uow.record(CoordinatorContactRequested(member_id=uow.actor.id))


def open_shared_check_in(uow: UnitOfWork, *, check_in_id: UUID) -> queries.SharedView:
    """A check-in that was shared with the coordinators. Looking is audited. Raises Forbidden, NotFound."""
    row = access.shared_check_in(uow, check_in_id)
    about = {"subject_id": row.id, "member_id": row.member_id}
    audit_log.record(uow, "checkin.read", **about, fields="answers", why="shared", made_at=row.made_at)
    return queries.shared_view(uow, row)


def mark_shared_seen(uow: UnitOfWork, *, check_in_id: UUID) -> None:
    """Whoever coordinates has seen it: it is to do for nobody any more. Raises Forbidden, NotFound."""
    row = access.shared_check_in(uow, check_in_id)
    uow.record(CheckInReviewed(check_in_id=row.id, by=uow.permitted(Permission.SEE_SHARED_CHECK_INS).id))
