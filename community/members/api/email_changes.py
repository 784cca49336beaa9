"""JSON endpoints of e-mail addresses: ask for a change, start one for a member, confirm or stop one by its link."""

from uuid import UUID

from community.core.web.request_context import csrf_exempt, services, unit_of_work
from community.members.actions import email_changes
from community.members.api import api
from community.members.api.responses import by_link
from community.members.schemas.sessions import EmailSchema, SaidSchema

EXAMPLE = {"email": "juniper@example.org"}
SAID = {"detail": "We've sent a link to the new address. The change happens when the link is used."}


@api.post("/me/email")
@api.arguments(EmailSchema, example=EXAMPLE)
@api.response(202, SaidSchema)
def post_my_email(new: dict[str, str]) -> dict[str, str]:
    """Ask for another e-mail address. The old one gets a link that stops it. The answer is the same for every one."""
    with unit_of_work() as uow:
        email_changes.request_change(uow, **new, secret=services().settings.secret_key)
    return SAID


@api.post("/members/<uuid:member_id>/email")
@api.arguments(EmailSchema, example=EXAMPLE)
@api.response(202, SaidSchema)
def post_email(new: dict[str, str], member_id: UUID) -> dict[str, str]:
    """Start a change of a member's e-mail address (coordinators). The member still confirms it."""
    with unit_of_work() as uow:
        email_changes.start_change(uow, member_id=member_id, **new, secret=services().settings.secret_key)
    return SAID


@api.put("/email-changes/<token>")
@api.response(204)
@csrf_exempt
def put_email_change(token: str) -> None:
    """Confirm a change by the token that was mailed to the new address, once, within 24 hours."""
    by_link(email_changes.confirm_change, token=token)


@api.delete("/email-changes/<token>")
@api.response(204)
@csrf_exempt
def delete_email_change(token: str) -> None:
    """Stop a change by the token that was mailed to the old address. Every session of the member ends."""
    by_link(email_changes.stop_change, token=token)
