"""The command `community invite`, for the first admin and for anyone later."""

import click
from marshmallow import ValidationError
from sqlalchemy import select

from community.core.errors import AppError
from community.core.settings import Settings
from community.core.unit_of_work import Role, UnitOfWorkFactory
from community.members.actions import invitations
from community.members.models import Member
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
