"""Reach-outs as requesters and responders see them, with steps computed for the present moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from community.core.crypto.cipher import FieldCipher
from community.core.errors import NotFound
from community.core.unit_of_work import ReadContext
from community.members.queries.people import handles
from community.reach_outs import rules
from community.reach_outs.access import reach_outs, responders
from community.reach_outs.models import ReachOut, ResponderRequest
from community.reach_outs.queries.own_requests import answer_channels, has_buddy


@dataclass(frozen=True)
class StepView:
    """A step. For the requester it has the number of people asked, and the names that they may know.

    `shown` counts those who were notified recently and find it on their pages without a new notification.
    """

    kind: str
    due_at: datetime
    state: str
    asked: int = 0
    names: tuple[str, ...] = ()
    shown: int = 0


@dataclass(frozen=True)
class ReachOutView:
    """A reach-out; `role` is asker, helper (the responder) or asked.

    Only the two see `note` and the other's `handle`. The responder reads the note until it is closed: a peer from their
    own first message on, a buddy or coordinator from their claim on. `is_answered` says that the responder has written,
    `asks_me` that I may claim it (now, or in place of a responder who writes nothing), `someone_reads` that a member
    reads it now, `is_late` that a step is due and has not been taken. `question` is the closing question that I have
    yet to answer. `has_begun` is false while the requester can take it back before anyone is told. `asks_others_at` is
    when the next step is due, `write_by` when a responder who has written nothing may be replaced. `answer_channels`
    are those by which the requester hears of an answer besides on the page: `email`, `push`.
    """

    id: UUID
    state: str
    role: str
    is_drill: bool
    opened_at: datetime
    steps: tuple[StepView, ...]
    note: str | None
    handle: str | None
    room_id: UUID | None
    asks_me: bool
    someone_reads: bool
    is_late: bool
    is_answered: bool
    question: str
    ending: str | None
    has_begun: bool
    has_buddy: bool
    asks_others_at: datetime | None
    write_by: datetime | None
    answer_channels: tuple[str, ...]


@dataclass(frozen=True)
class AvailabilityView:
    """The time until which I am available, and whether I may be woken."""

    until: datetime | None
    overrides_quiet_hours: bool


def reach_out(ctx: ReadContext, reach_out_id: UUID) -> ReachOutView:
    """Return a reach-out of the actor's, or one that they were asked for. Raises NotFound."""
    row = ctx.session.get(ReachOut, reach_out_id, populate_existing=True)
    if row is None:
        raise NotFound
    role = "asker" if row.requester_id == ctx.actor.id else "helper" if row.claimed_by == ctx.actor.id else "asked"
    ask = None if role == "asker" else reach_outs.own_responder_request(ctx, row)
    asks = reach_outs.responder_requests(ctx, row)
    saved = reach_outs.load_steps(ctx, row)
    steps, fresh = saved, dict[str, Sequence[UUID]]()
    is_answered = reach_outs.has_responder_written(ctx, row)
    if row.is_waiting and not is_answered:
        known = responders.already_asked(asks)
        steps, fresh = rules.advance_steps(
            saved, ctx.now, lambda kind: responders.split_by_recently_notified(ctx, row, kind, known)[0]
        )
    return ReachOutView(
        id=row.id,
        state=row.state,
        role=role,
        is_drill=row.is_drill,
        opened_at=row.opened_at,
        steps=_step_views(ctx, steps, asks, is_mine=role == "asker"),
        note=_note(row, role, ask, ctx.cipher, is_answered=is_answered),
        handle=_handle(ctx, row, role, ask),
        room_id=row.room_id if role != "asked" else None,
        asks_me=role == "asked"
        and ask is not None
        and ask.declined_at is None
        and _can_claim(row, is_answered, ctx.now),
        someone_reads=row.is_waiting and not is_answered and any(_is_reading(one, ctx.now) for one in asks),
        is_late=bool(fresh) or (is_answered and row.is_waiting),
        is_answered=is_answered,
        question=_question(ctx, row, role),
        ending=row.outcome,
        has_begun=rules.has_begun(steps),
        has_buddy=role == "asker" and has_buddy(ctx),
        asks_others_at=rules.next_due(steps) if row.is_waiting else None,
        write_by=_write_by(row, is_answered=is_answered),
        answer_channels=answer_channels(ctx) if role == "asker" and row.is_waiting else (),
    )


def my_availability(ctx: ReadContext) -> AvailabilityView:
    """Return the actor's availability."""
    row = reach_outs.find_own_availability(ctx)
    if row is None:
        return AvailabilityView(None, False)
    return AvailabilityView(
        row.available_until if row.available_until and row.available_until > ctx.now else None,
        row.overrides_quiet_hours,
    )


def asked_in_round(session: Session, reach_out_id: UUID, number: int) -> tuple[list[UUID], str]:
    """Return the members of a round who have not declined, and its step, for notifications."""
    rows = session.execute(
        select(ResponderRequest.member_id, ResponderRequest.kind)
        .where(
            ResponderRequest.reach_out_id == reach_out_id,
            ResponderRequest.round == number,
            ResponderRequest.declined_at.is_(None),
        )
        .order_by(ResponderRequest.member_id)
    ).all()
    return [row.member_id for row in rows], rows[0].kind if rows else ""


def notified_responders(session: Session, reach_out_id: UUID) -> list[UUID]:
    """Return everyone who was notified and has not declined, for notifications."""
    query = select(ResponderRequest.member_id).where(
        ResponderRequest.reach_out_id == reach_out_id,
        ResponderRequest.declined_at.is_(None),
        ResponderRequest.round > rules.NOT_NOTIFIED,
    )
    return list(session.scalars(query.order_by(ResponderRequest.member_id)))


def _step_views(
    ctx: ReadContext, steps: list[rules.Step], asks: list[ResponderRequest], *, is_mine: bool
) -> tuple[StepView, ...]:
    """Return the steps. The requester sees names of their buddies and of those on call, and peers as a number."""
    if not is_mine:
        return tuple(StepView(one.kind, one.due_at, one.state) for one in steps)
    names = handles(ctx.session, {ask.member_id for ask in asks if ask.kind in ("buddy", "on_call")})
    views = []
    for step in steps:
        of_it = [ask for ask in asks if ask.kind == step.kind]
        people = [ask.member_id for ask in of_it if ask.round > rules.NOT_NOTIFIED]
        known = tuple(names[one] for one in people if one in names) if step.kind in ("buddy", "on_call") else ()
        views.append(StepView(step.kind, step.due_at, step.state, len(people), known, len(of_it) - len(people)))
    return tuple(views)


def _can_claim(row: ReachOut, is_answered: bool, now: datetime) -> bool:
    if row.state == "claimed":
        return rules.can_take_over(claimed_at=row.claim_began_at, is_answered=is_answered, now=now)
    return row.state == "open"


def _note(
    row: ReachOut, role: str, ask: ResponderRequest | None, cipher: FieldCipher, *, is_answered: bool
) -> str | None:
    """Return the note for the requester, or for the responder while they talk. A peer has to have written first."""
    if row.note is None or role == "asked":
        return None
    is_peer = ask is not None and ask.kind == "available_peers"
    if role == "helper" and (row.state != "claimed" or (is_peer and not is_answered)):
        return None
    return cipher.show_column(row, ReachOut.note)


def _handle(ctx: ReadContext, row: ReachOut, role: str, ask: ResponderRequest | None) -> str | None:
    """Return the other member's handle. A buddy sees it before they claim."""
    knows = role != "asked" or (ask is not None and ask.kind == "buddy" and row.state == "open")
    other = row.claimed_by if role == "asker" else row.requester_id
    return handles(ctx.session, [other]).get(other) if knows and other else None


def _write_by(row: ReachOut, *, is_answered: bool) -> datetime | None:
    if row.state != "claimed" or is_answered or row.claim_began_at is None:
        return None
    return row.claim_began_at + rules.CLAIM_HOLDS


def _is_reading(ask: ResponderRequest, now: datetime) -> bool:
    return ask.viewed_at is not None and ask.declined_at is None and ask.viewed_at > now - rules.READING_SHOWN_FOR


def _question(ctx: ReadContext, row: ReachOut, role: str) -> str:
    if row.state != "closed" or role == "asked" or row.is_drill or row.claimed_by is None:
        return ""
    return "" if reach_outs.own_feedback(ctx, row) is not None else role
