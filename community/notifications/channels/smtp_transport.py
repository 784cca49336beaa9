"""Transport of mail to an SMTP server or into a maildir, with an exact outcome of each attempt."""

import mailbox
import re
import smtplib
import ssl
import time
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from ipaddress import ip_address
from pathlib import Path
from queue import Empty, Full, LifoQueue
from urllib.parse import parse_qs, unquote, urlsplit

from community.notifications.channels import status_codes
from community.notifications.channels.result import Outcome

PATIENCE_SECONDS = 15.0
# An address in a header must not be folded: it would become an encoded word that no server can follow.
WHOLE_LINES = SMTP.clone(max_line_length=990)
WHOLE_LINES_UTF8 = SMTPUTF8.clone(max_line_length=990)
IDLE_SECONDS = 20.0  # servers close what is silent for longer
KEPT_OPEN = 8

SENT = Outcome(result="sent", detail="250")


class Maildir:
    """A folder of mails, for development and for programs that pick them up there."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.folder = Path(unquote(parts.netloc + parts.path))

    def send(self, message: EmailMessage) -> Outcome:
        """Put the mail into the folder in one atomic step."""
        try:
            self.check()
            mailbox.Maildir(self.folder, create=False).add(message.as_bytes(policy=WHOLE_LINES_UTF8))
        except OSError as error:
            return Outcome(result="temporary", detail=type(error).__name__, is_unreachable=True)
        return SENT

    def close(self) -> None:
        """Do nothing: there is no connection."""

    def check(self) -> None:
        """Raise OSError when the folder cannot be used. Other processes may create it at the same time: `mailbox` may
        not.
        """
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        for part in (self.folder, *(self.folder / name for name in ("tmp", "new", "cur"))):
            part.mkdir(mode=0o700, exist_ok=True)


class SmtpServer:
    """An SMTP server: `smtp://user:password@host:port?starttls=required|offered|never`, or `smtps://`.

    STARTTLS is used when it is offered. A password is sent in the clear only to this machine. Connections are kept open
    for a while for the next mail. Safe to use from several threads.
    """

    def __init__(self, url: str, *, host_name: str) -> None:
        parts = urlsplit(url)
        self._is_tls = parts.scheme == "smtps"
        self._host = parts.hostname or "localhost"
        self._port = parts.port or (465 if self._is_tls else 25)
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._starttls = parse_qs(parts.query).get("starttls", ["offered"])[0]
        self._host_name = host_name
        self._idle: LifoQueue[tuple[smtplib.SMTP, float]] = LifoQueue(KEPT_OPEN)

    def send(self, message: EmailMessage) -> Outcome:
        """Send the mail, on a new connection when the server closed the one that was kept."""
        smtp = self._kept_open()
        if smtp is not None:
            outcome = self._over(smtp, message)
            if outcome.result != "temporary" or not outcome.is_unreachable:
                return outcome
        try:
            smtp = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            return Outcome(result="temporary", detail=_code_of(error), is_unreachable=True)
        return self._over(smtp, message)

    def close(self) -> None:
        """Close all kept connections."""
        while (smtp := self._kept_open()) is not None:
            _part(smtp)

    def _over(self, smtp: smtplib.SMTP, message: EmailMessage) -> Outcome:
        outcome = self._hand_over(smtp, message)
        try:
            if outcome.is_unreachable or outcome.result == "unknown":
                raise smtplib.SMTPServerDisconnected
            if outcome.result != "sent":
                smtp.rset()
            self._idle.put_nowait((smtp, time.monotonic()))
        except (OSError, smtplib.SMTPException, Full):
            _part(smtp)
        return outcome

    def _kept_open(self) -> smtplib.SMTP | None:
        while True:
            try:
                smtp, since = self._idle.get_nowait()
            except Empty:
                return None
            if time.monotonic() - since < IDLE_SECONDS:
                return smtp
            _part(smtp)

    def check(self) -> None:
        """Connect, greet and sign in. Raises OSError or SMTPException."""
        _part(self._connect())

    def _connect(self) -> smtplib.SMTP:
        tls = ssl.create_default_context()
        smtp: smtplib.SMTP
        if self._is_tls:
            smtp = smtplib.SMTP_SSL(self._host, self._port, self._host_name, timeout=PATIENCE_SECONDS, context=tls)
        else:
            smtp = smtplib.SMTP(self._host, self._port, self._host_name, timeout=PATIENCE_SECONDS)
        try:
            smtp.ehlo_or_helo_if_needed()
            if not self._is_tls:
                self._secure(smtp, tls)
            if self._user:
                smtp.login(self._user, self._password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _secure(self, smtp: smtplib.SMTP, tls: ssl.SSLContext) -> None:
        must = self._starttls == "required" or (bool(self._user) and not _is_this_machine(self._host))
        if self._starttls != "never" and smtp.has_extn("starttls"):
            smtp.starttls(context=tls)
            smtp.ehlo()
        elif must:
            raise smtplib.SMTPNotSupportedError("the server doesn't offer STARTTLS")

    def _hand_over(self, smtp: smtplib.SMTP, message: EmailMessage) -> Outcome:
        sender, address = (message[name].addresses[0].addr_spec for name in ("From", "To"))
        is_plain = address.isascii()
        if not is_plain and not smtp.has_extn("smtputf8"):
            return Outcome(result="permanent", detail="no_smtputf8", refuses_address=True)
        try:
            code, _ = smtp.mail(sender, () if is_plain else ("SMTPUTF8",))
            if code != 250:  # about us, not about this recipient: it may be repaired
                return Outcome(result="temporary", detail=str(code), is_unreachable=True)
            code, said = smtp.rcpt(address)
            if code not in (250, 251):
                return _refused(code, said, of_recipient=True)
            code, said = smtp.docmd("DATA")
            if code != 354:
                return _refused(code, said)
        except (OSError, smtplib.SMTPException) as error:
            return Outcome(result="temporary", detail=_code_of(error), is_unreachable=True)
        try:
            smtp.send(_dotted(message.as_bytes(policy=WHOLE_LINES if is_plain else WHOLE_LINES_UTF8)))
            code, said = smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:  # the server may have it, or may not
            return Outcome(result="unknown", detail=_code_of(error))
        return SENT if code == 250 else _refused(code, said)


def mailer(mail_url: str, *, host_name: str) -> SmtpServer | Maildir:
    """Return the transport that MAIL_URL names."""
    return Maildir(mail_url) if mail_url.startswith("maildir:") else SmtpServer(mail_url, host_name=host_name)


def _refused(code: int, reply: bytes, *, of_recipient: bool = False) -> Outcome:
    """Return the outcome of a reply that is no success.

    A server that takes the recipient and refuses the message afterwards may still mean the address, but only its
    enhanced code can say so.
    """
    text = reply.decode("ascii", "replace")
    enhanced = status_codes.enhanced_code(text)
    detail = enhanced or str(code)
    if not 500 <= code < 600 or status_codes.is_passing(enhanced, code=code):
        return Outcome(result="temporary", detail=detail)
    is_about_address = (of_recipient or bool(enhanced)) and status_codes.is_about_address(
        enhanced, code=code, text=text
    )
    return Outcome(result="permanent", detail=detail, refuses_address=is_about_address)


def _dotted(raw: bytes) -> bytes:
    """Return the mail as DATA carries it: a line that begins with a dot gets another, a lone dot ends the mail."""
    lines = re.sub(rb"(?m)^\.", b"..", raw)
    return lines + (b".\r\n" if lines.endswith(b"\r\n") else b"\r\n.\r\n")


def _part(smtp: smtplib.SMTP) -> None:
    with suppress(OSError, smtplib.SMTPException):
        smtp.quit()
    smtp.close()


def _code_of(error: Exception) -> str:
    code = getattr(error, "smtp_code", None)
    return str(code) if code else type(error).__name__


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
