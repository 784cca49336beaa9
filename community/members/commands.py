"""The commands `community invite`, for the first admin and for anyone later, and `community factor reset`."""

import click
from marshmallow import ValidationError
from sqlalchemy import select

from community.core.errors import AppError
from community.core.settings import Settings
from community.core.unit_of_work import Role, UnitOfWorkFactory
from community.members import access
from community.members.actions import invitations, second_factors
from community.members.models import Member
from community.members.rules import accounts
from community.members.schemas.invitations import InviteSchema


def invite(store: UnitOfWorkFactory, settings: Settings, *, email: str, role: str) -> int:
    """Print an invitation link. On an empty database the link is for the first admin, whatever role is given."""
    try:
        wanted = InviteSchema().load({"email": email, "role": role})
        with store.unit_of_work() as uow:
            is_first = uow.session.scalar(select(Member.id).limit(1)) is None
            made = invitations.create_or_renew_invitation(
                uow,
                email=wanted["email"],
                role=Role.ADMIN if is_first else Role(wanted["role"]),
                secret=settings.secret_key,
                cohort_id=None,
                invited_by=None,
            )
    except ValidationError as error:
        click.echo(f"community invite: {error.normalized_messages()}", err=True)
        return 2
    except AppError as refusal:
        click.echo(f"community invite: {refusal.detail}", err=True)
        return 1
    click.echo(f"{settings.public_url.rstrip('/')}/join/{made.token}")
    return 0


def reset_factors(store: UnitOfWorkFactory, settings: Settings, *, email: str) -> int:
    """Remove a member's second factors, and print a link to set them up again. For the only admin; audited."""
    with store.unit_of_work() as uow:
        found = access.unclosed_member_by_email(uow, accounts.normal_email(email))
        member = access.locked_active_member(uow, found.id) if found else None
        token = second_factors.reset_factors(uow, member, created_by=None) if member else None
    if token is None:
        click.echo("community factor reset: no active member has this e-mail address.", err=True)
        return 1
    click.echo(f"{settings.public_url.rstrip('/')}/two-step-link/{token}")
    return 0
