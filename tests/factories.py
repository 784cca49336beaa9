"""The cast of every test: Ada coordinates, Ben, Cleo and Dov are alumni, Root is the admin."""

from dataclasses import dataclass

from community.core.unit_of_work import Actor, Role, UnitOfWork
from community.members.actions.session_auth import actor_for
from community.members.models import Member
from community.members.rules.handles import handle_key


@dataclass(frozen=True)
class Cast:
    """Ada coordinates; Ben, Cleo and Dov are alumni; Root is the admin."""

    ada: Actor
    ben: Actor
    cleo: Actor
    dov: Actor
    root: Actor


def make_member(uow: UnitOfWork, handle: str, role: Role = Role.ALUMNUS, *, zone: str = "America/New_York") -> Actor:
    """A member with this handle, who cannot sign in by password."""
    member = Member(
        email=f"{handle_key(handle)}@example.org",
        handle=handle,
        handle_key=handle_key(handle),
        role=role,
        password_hash=None,
        time_zone=zone,
        created_at=uow.now,
    )
    uow.session.add(member)
    uow.session.flush()
    return actor_for(member)


def make_cast(uow: UnitOfWork) -> Cast:
    """Create the cast."""
    return Cast(
        ada=make_member(uow, "Ada", Role.COORDINATOR),
        ben=make_member(uow, "Ben"),
        cleo=make_member(uow, "Cleo"),
        dov=make_member(uow, "Dov"),
        root=make_member(uow, "Root", Role.ADMIN),
    )
