"""One message by itself: as the actor sees it, what the actor may do with it, and its versions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from community.core.crisis_keywords import asks_for_help
from community.core.permissions import Permission
from community.core.unit_of_work import ReadContext
from community.rooms import access
from community.rooms.models import Message, MessageEdit
from community.rooms.queries.history import load_messages, to_view
from community.rooms.queries.rooms import room_view
from community.rooms.views import MessageView

CARD_SHOWN_FOR = timedelta(hours=1)


@dataclass(frozen=True)
class MessageDetails:
    """A message, its room, and what the actor may do with it."""

    message: MessageView
    room_id: UUID
    room_name: str
    may_pin: bool
    may_remove: bool


@dataclass(frozen=True)
class MessageVersion:
    """A text that a message had from `since` until `until`; None for its present text."""

    body: str
    since: datetime
    until: datetime | None


def message(ctx: ReadContext, message_id: UUID) -> MessageView:
    """Return a message as the actor sees it after an action of theirs."""
    ctx.session.flush()
    found = load_messages(ctx.session, Message.id == message_id, order=Message.seq, limit=1)
    return to_view(ctx, found)[0]


def message_details(ctx: ReadContext, message_id: UUID) -> MessageDetails:
    """Return a message that the actor sees, and what they may do with it. Raises NotFound."""
    row = access.message_to_see(ctx, message_id)
    room = room_view(ctx, row.room_id)
    may_moderate = ctx.actor.may(Permission.MODERATE_MESSAGES)
    return MessageDetails(
        message(ctx, message_id),
        room.id,
        room.name,
        may_pin=room.kind == "pairing" or may_moderate,
        may_remove=row.author_id == ctx.actor.id or (may_moderate and room.kind != "conversation"),
    )


def message_versions(ctx: ReadContext, message_id: UUID) -> list[MessageVersion]:
    """Return all texts of a message, oldest first and the present one last; none once it was removed.

    For cases. The caller checks that there is a case and records the access.
    """
    row = ctx.session.get(Message, message_id)
    if row is None or row.removed_at is not None:
        return []
    edits = ctx.session.scalars(
        select(MessageEdit).where(MessageEdit.message_id == message_id).order_by(MessageEdit.rev)
    ).all()
    starts = [row.created_at, *(edit.replaced_at for edit in edits)]
    ends = [*(edit.replaced_at for edit in edits), None]
    bodies = [*(edit.body for edit in edits), row.body]
    return [MessageVersion(*version) for version in zip(bodies, starts, ends, strict=True)]


def recent_cry_for_help(ctx: ReadContext, shown: Iterable[MessageView]) -> UUID | None:
    """Return the actor's message that they wrote or edited last, within the last hour, if it asks for help.

    For pages without scripts: they show its author the ways to help. Nothing is stored or counted.
    """
    mine = [one for one in shown if one.author is not None and one.author.id == ctx.actor.id]
    last = max(mine, key=lambda one: one.edited_at or one.created_at, default=None)
    if last is None or (last.edited_at or last.created_at) < ctx.now - CARD_SHOWN_FOR:
        return None
    return last.id if asks_for_help(last.body or "") else None
