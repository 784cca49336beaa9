"""A real SMTP server that answers as it is told."""

from email import message_from_bytes
from email.message import Message
from types import TracebackType
from typing import Any

from aiosmtpd.controller import Controller

from tests.support.ports import free_port


class MailServer:
    """Keeps what it accepts in `mails`; `answer` is what it says to DATA, e.g. `451 later`, `550 no`."""

    def __init__(self) -> None:
        self.answer = "250 OK"
        self.mails: list[Message] = []
        self.recipients: list[str] = []
        self.tries = 0
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port())

    @property
    def url(self) -> str:
        """What MAIL_URL is set to."""
        return f"smtp://127.0.0.1:{self._controller.port}"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Called by aiosmtpd for each mail."""
        self.tries += 1
        if self.answer.startswith("250"):
            self.mails.append(message_from_bytes(envelope.content))
            self.recipients += envelope.rcpt_tos
        return self.answer

    def __enter__(self) -> "MailServer":
        self._controller.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._controller.stop()
