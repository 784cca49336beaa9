"""Real SMTP server with answers that a test chooses."""

import asyncio
import ssl
from email import message_from_bytes
from email.message import Message
from types import TracebackType
from typing import Any

from aiosmtpd.controller import Controller

from tests.support.free_ports import free_port


class MailServer:
    """Keeps what it accepts in `mails`, with who it is for in `recipients`.

    `answer` is what it says to DATA, e.g. `451 later`, `550 no`; `to_recipient` what it says to RCPT. `hold` keeps DATA
    waiting for as long as it is cleared, and `hangs_up` ends the connection instead of an answer. With `tls` it speaks
    TLS from the start, or after STARTTLS when `starttls`.
    """

    def __init__(self, *, tls: ssl.SSLContext | None = None, starttls: bool = False) -> None:
        self.answer = "250 OK"
        self.to_recipient = "250 OK"
        self.hangs_up = False
        self.holds = False
        self.mails: list[Message] = []
        self.recipients: list[str] = []
        self.tries = 0
        self.connections = 0
        self._scheme = "smtps" if tls and not starttls else "smtp"
        how: dict[str, Any] = {"tls_context": tls, "require_starttls": True} if starttls else {"ssl_context": tls}
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port(), **how)

    @property
    def url(self) -> str:
        """What MAIL_URL is set to."""
        return f"{self._scheme}://127.0.0.1:{self._controller.port}"

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        """Called by aiosmtpd for each greeting."""
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Called by aiosmtpd for each recipient."""
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Called by aiosmtpd for each mail."""
        self.tries += 1
        while self.holds:
            await asyncio.sleep(0.01)
        if self.hangs_up:
            server.transport.abort()
        if self.answer.startswith("250"):
            self.mails.append(message_from_bytes(envelope.content))
            self.recipients += envelope.rcpt_tos
        return self.answer

    def __enter__(self) -> "MailServer":
        self._controller.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.holds = False
        self._controller.stop()
