"""Changes of handles. No handle may look like another member's, a staff name, or one given up a short while ago."""

from sqlalchemy.exc import IntegrityError

from community.core.errors import Conflict
from community.core.unit_of_work import UnitOfWork
from community.members.actions import handle_claims
from community.members.models import Member
from community.members.rules import handles


class HandleTaken(Conflict):
    """Another member has this handle, or one that looks like it."""

    code = "handle_taken"
    message = "That name is taken."
    field_message = "That name is taken, or looks too much like another one."

    def __init__(self) -> None:
        super().__init__(errors={"handle": [self.field_message]})


def change_handle(uow: UnitOfWork, member: Member, *, handle: str) -> None:
    """Change a member's handle, and reserve the old one for them for 90 days. Raises HandleTaken."""
    if handle_claims.is_taken(uow, handle=handle, member=member):
        raise HandleTaken
    looked = handles.skeleton(member.handle)
    member.handle, member.handle_key = handle, handles.handle_key(handle)
    member.handle_skeleton = handles.skeleton(handle)
    if looked != member.handle_skeleton:
        handle_claims.reserve_former_handle(uow, member, looked=looked)


def flush_handle(uow: UnitOfWork) -> None:
    """Write a handle now. Raises HandleTaken when another transaction just took it."""
    try:
        uow.session.flush()
    except IntegrityError as error:
        raise HandleTaken from error
