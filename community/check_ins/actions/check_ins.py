"""Actions on check-ins: record, amend, skip, delete, say what helped, and read as a coordinator."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from community.buddies.queries import pairings
from community.check_ins import access
from community.check_ins.actions import schedule
from community.check_ins.events import CheckInRecorded, CheckInReviewed, CoordinatorContactRequested
from community.check_ins.models import CheckIn, HelpfulActions
from community.check_ins.queries import check_ins as queries
from community.check_ins.queries import recommendations
from community.check_ins.rules import recommendations as recommendations_rules
from community.check_ins.rules.check_ins import CORRECTION_WINDOW, Answers, decode_answers
from community.core import audit_log
from community.core.errors import Conflict, ValidationFailed
from community.core.ids import new_id
from community.core.permissions import Permission
from community.core.unit_of_work import UnitOfWork
from community.members.actions import quotas


class FeedbackAlreadyGiven(Conflict):
    """A member says a second time what helped after a check-in."""

    code = "already_said"
    message = "You already told us what helped that day."


class CheckInClosed(Conflict):
    """A member changes a check-in that is shared or more than two hours old."""

    code = "check_in_closed"
    message = "You can’t change this check-in anymore. You can delete it, or check in again."


def record_check_in(uow: UnitOfWork, *, audience: str, **said: Any) -> queries.CheckInView:
    """Record how the actor is for the audience that they chose, and recommend what to do next.

    `said` are the fields of Answers. Raises ValidationFailed when all of them are empty.
    """
    row = CheckIn(id=new_id(), member_id=uow.actor.id, made_at=uow.now, answers="")
    _set_answers(uow, row, Answers(**said), audience=audience)
    uow.session.add(row)
    uow.session.flush()
    schedule.mark_answered(uow)
    uow.record(CheckInRecorded(check_in_id=row.id, member_id=uow.actor.id, audience=audience))
    return queries.view_of(row, uow.cipher)


def record_mood(uow: UnitOfWork, *, mood: int) -> queries.CheckInView:
    """Record the actor's mood in one step, for themselves. Within two minutes it corrects the mood before."""
    access.own_schedule(uow, lock=True)  # two taps at once come one after the other
    recent = access.own_check_ins(uow, since=uow.now - CORRECTION_WINDOW)
    if recent and queries.view_of(recent[-1], uow.cipher).is_editable(uow.now):
        return amend_check_in(uow, check_in_id=recent[-1].id, mood=mood)
    return record_check_in(uow, audience="only_me", mood=mood)


def amend_check_in(
    uow: UnitOfWork, *, check_in_id: UUID, audience: str = "only_me", **changes: Any
) -> queries.CheckInView:
    """Change fields of the actor's check-in while it is recent and only theirs. Sharing it ends that.

    Raises NotFound, CheckInClosed, ValidationFailed.
    """
    row = access.own_check_in(uow, check_in_id, lock=True)
    if not queries.view_of(row, uow.cipher).is_editable(uow.now):
        raise CheckInClosed
    answers = replace(decode_answers(uow.cipher.decrypt_column(row, CheckIn.answers)), **changes)
    _set_answers(uow, row, answers, audience=audience)
    if audience != "only_me":
        uow.record(CheckInRecorded(check_in_id=row.id, member_id=uow.actor.id, audience=audience))
    return queries.view_of(row, uow.cipher)


def _set_answers(uow: UnitOfWork, row: CheckIn, answers: Answers, *, audience: str) -> None:
    if answers.is_empty:
        raise ValidationFailed(errors={"mood": ["Answer at least one question, or tap “Skip today”."]})
    if audience == "buddy" and not pairings.my_buddies(uow):
        raise ValidationFailed(errors={"audience": ["You don’t have a buddy to share it with yet."]})
    if audience in ("buddy", "coordinator"):
        quotas.take(uow, quotas.SHARED_CHECK_INS)
    offered = recommendations_rules.recommend(
        answers, recommendations.available_support(uow), queries.readable_helpful_actions(uow)
    )
    row.audience = audience
    uow.cipher.encrypt_column(row, CheckIn.answers, replace(answers, offered=offered).as_text())


def skip_today(uow: UnitOfWork) -> None:
    """Record that the actor does not check in today. It counts as an answer."""
    schedule.mark_answered(uow)


def delete_check_in(uow: UnitOfWork, *, check_in_id: UUID) -> str:
    """Delete one of the actor's check-ins for everyone, and return its audience. Raises NotFound."""
    row = access.own_check_in(uow, check_in_id, lock=True)
    uow.session.delete(row)
    return row.audience


def record_helpful_action(uow: UnitOfWork, *, check_in_id: UUID, kind: str | None) -> None:
    """Record which recommendation helped, or that none did (None). It is asked once.

    Raises NotFound, FeedbackAlreadyGiven, ValidationFailed for a kind that was not recommended.
    """
    row = access.own_check_in(uow, check_in_id, lock=True)
    if row.helped != "open":
        raise FeedbackAlreadyGiven
    offered = queries.view_of(row, uow.cipher).answers.offered
    if kind is not None and kind not in offered:
        raise ValidationFailed(errors={"helped": ["That wasn’t one of the suggestions."]})
    row.helped = "said"
    counts = queries.my_helpful_actions(uow)
    for one in offered:
        before = counts.get(one, recommendations_rules.HelpfulCounts())
        said_yes, said_no = (1, 0) if one == kind else (0, 1 if kind is None else 0)
        counts[one] = recommendations_rules.HelpfulCounts(before.yes + said_yes, before.no + said_no)
    stored = access.own_helpful_actions(uow, lock=True) or HelpfulActions(member_id=uow.actor.id, counts="")
    uow.cipher.encrypt_column(stored, HelpfulActions.counts, queries.encode_helpful_actions(counts))
    uow.session.add(stored)


def skip_feedback(uow: UnitOfWork, *, check_in_id: UUID) -> None:
    """Stop asking what helped after a check-in. Raises NotFound."""
    access.own_check_in(uow, check_in_id, lock=True).helped = "said"


def request_coordinator(uow: UnitOfWork) -> None:
    """Ask that a coordinator contact the actor. Idempotent while the coordinators' task is open. Raises RateLimited."""
    if access.has_open_coordinator_request(uow):
        return
    quotas.take(uow, quotas.COORDINATOR_REQUESTS)
    uow.record(CoordinatorContactRequested(member_id=uow.actor.id))


def open_shared_check_in(uow: UnitOfWork, *, check_in_id: UUID) -> queries.SharedView:
    """Return a check-in that was shared with coordinators, and audit that it was read. Raises Forbidden, NotFound."""
    row = access.shared_check_in(uow, check_in_id)
    about = {"subject_id": row.id, "member_id": row.member_id}
    audit_log.record(uow, "checkin.read", **about, fields="answers", why="shared", made_at=row.made_at)
    return queries.shared_view(uow, row)


def mark_shared_seen(uow: UnitOfWork, *, check_in_id: UUID) -> None:
    """Record that a coordinator has seen a shared check-in, which resolves its task. Raises Forbidden, NotFound."""
    row = access.shared_check_in(uow, check_in_id)
    uow.record(CheckInReviewed(check_in_id=row.id, by=uow.permitted(Permission.SEE_SHARED_CHECK_INS).id))
