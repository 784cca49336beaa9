"""Composition of one e-mail: neutral text and HTML, headers that cannot be forged, no remote content."""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from community.core.characters import clean_line
from community.core.outbox.notification_kinds import kind_of
from community.core.settings import Settings

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
SUBJECT = "You have a new notification"


@dataclass(frozen=True, kw_only=True)
class EmailContent:
    """The content of a mail. `path` is a path on this site. `unsubscribe_path` is empty for security mail.

    `count` is the number of new notifications. `lines` name their kinds, for members who asked for more than "new".
    """

    delivery_id: UUID
    kind: str
    address: str
    path: str
    unsubscribe_path: str = ""
    count: int = 1
    lines: tuple[str, ...] = ()


def compose(content: EmailContent, settings: Settings, *, now: datetime) -> EmailMessage:
    """Return the mail, ready to be sent. Raises ValueError for an invalid address.

    Subject and sender are the same for every kind, because a lock screen or a shared inbox must tell nothing. The
    subject names the kind only for members who asked for that.
    """
    message = EmailMessage(policy=SMTP)
    sender = Address(addr_spec=clean_line(settings.mail_from))
    message["From"] = Address(clean_line(settings.name), sender.username, sender.domain)
    message["To"] = Address(addr_spec=clean_line(content.address))
    subject = content.lines[0] if len(content.lines) == 1 else SUBJECT
    message["Subject"] = subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{content.delivery_id}@{host_of(settings)}>"
    message["X-Entity-Ref-ID"] = str(content.delivery_id)  # is in bounces whose Message-ID a relay replaced
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    unsubscribe_url = settings.public_url + content.unsubscribe_path if content.unsubscribe_path else ""
    if unsubscribe_url:
        message["List-Unsubscribe"] = f"<{unsubscribe_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    context = {
        "community_name": settings.name,
        "subject": subject,
        "said": kind_of(content.kind).mail_text or _count_sentence(content.count),
        "lines": content.lines if len(content.lines) > 1 else (),
        "link": settings.public_url + content.path,
        "action": "Open the link" if kind_of(content.kind).is_security else "See it",
        "unsubscribe": unsubscribe_url,
    }
    message.set_content(_environment().get_template("mail/notification.txt").render(context))
    html = _environment().get_template("mail/notification.html").render(context)
    message.add_alternative(css_inline.inline(html, load_remote_stylesheets=False), subtype="html")
    return message


def _count_sentence(count: int) -> str:
    return "Something new is waiting for you." if count == 1 else f"{count} new things are waiting for you."


def host_of(settings: Settings) -> str:
    """Return this service's host name, for message ids and SMTP greetings."""
    return urlsplit(settings.public_url).hostname or "localhost"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
