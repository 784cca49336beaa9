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
from community.core.outbox.notification_kinds import ANSWER_THIS_WEEK, ANSWER_TODAY, SUBJECT, URGENT, WITHIN_THE_HOUR
from community.core.settings import Settings

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
URGENCIES = {
    URGENT: "Please open this now. It can’t wait.",
    WITHIN_THE_HOUR: "Please open this within the hour.",
    ANSWER_TODAY: "Something needs your answer today.",
    ANSWER_THIS_WEEK: "Something needs your answer this week.",
}


@dataclass(frozen=True, kw_only=True)
class EmailContent:
    """The content of a mail. `path` is a path on this site. `unsubscribe_path` is empty for security mail.

    `count` is the number of new notifications. `lines` name their kinds, for members who asked for that. `quote` is a
    line that a person wrote for this mail, introduced by `quoted`.
    """

    delivery_id: UUID
    address: str
    path: str
    subject: str = SUBJECT
    text: str = ""
    quoted: str = ""
    quote: str = ""
    action: str = ""
    unsubscribe_path: str = ""
    count: int = 1
    lines: tuple[str, ...] = ()


def compose(content: EmailContent, settings: Settings, *, now: datetime) -> EmailMessage:
    """Return the mail, ready to be sent. Raises ValueError for an invalid address.

    A lock screen or a shared inbox must tell nothing: the sender is the same for every kind, and the subject says no
    more than what its member asked for.
    """
    message = EmailMessage(policy=SMTP)
    sender = Address(addr_spec=clean_line(settings.mail_from))
    message["From"] = Address(clean_line(settings.name), sender.username, sender.domain)
    message["To"] = Address(addr_spec=clean_line(content.address))
    subject = clean_line(content.subject.replace("{community}", settings.name))
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
        "said": content.text or _count_sentence(content.count),
        "quoted": content.quoted,
        "quote": content.quote,
        "lines": content.lines if len(content.lines) > 1 else (),
        "link": settings.public_url + content.path,
        "action": content.action or "Open it",
        "unsubscribe": unsubscribe_url,
    }
    message.set_content(_environment().get_template("mail/notification.txt").render(context))
    html = _environment().get_template("mail/notification.html").render(context)
    message.add_alternative(css_inline.inline(html, load_remote_stylesheets=False), subtype="html")
    return message


def _count_sentence(count: int) -> str:
    return "There’s something new for you." if count == 1 else f"There are {count} new things for you."


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
