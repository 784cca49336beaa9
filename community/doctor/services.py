"""Checks of Redis and the mail server."""

import smtplib
import time
from email.errors import MessageError
from urllib.parse import urlsplit

import redis

from community.core.clock import machine_now
from community.core.env_reader import shown
from community.core.ids import new_id
from community.core.pubsub import connect, error_text, is_tls_error
from community.core.settings import Settings
from community.doctor.check_result import Line, first_line
from community.notifications.channels.email import EmailContent, compose, host_of
from community.notifications.channels.smtp_transport import mailer

ARRIVES_WITHIN_SECONDS = 1.0
CHANNEL = "community.doctor"
WITHOUT_REDIS = "or unset REDIS_URL and let `community serve` start its own. Until then updates arrive seconds late"


def check_redis(settings: Settings) -> Line:
    """Check that a message published on Redis arrives."""
    if settings.redis_url is None:
        mend = "`community serve` starts its own; `community web` and `community worker` need one for instant updates"
        return Line("warn", "redis", "REDIS_URL isn't set", mend)
    place = shown("REDIS_URL", settings.redis_url)
    try:
        with connect(settings.redis_url) as client, client.pubsub() as subscription:
            subscription.subscribe(CHANNEL)
            subscription.get_message(timeout=ARRIVES_WITHIN_SECONDS)
            started = time.perf_counter()
            client.publish(CHANNEL, "{}")
            arrived = subscription.get_message(timeout=ARRIVES_WITHIN_SECONDS)
    except (redis.RedisError, OSError, ValueError) as error:
        found = error_text(error) if is_tls_error(error) else first_line(error)
        return Line("FAIL", "redis", f"{place}: {found}", f"start it, correct REDIS_URL, {WITHOUT_REDIS}")
    if arrived is None:
        return Line("FAIL", "redis", f"{place} answers, but a message doesn't arrive", "check its log and limits")
    return Line("ok", "redis", f"{place} delivers a message within {(time.perf_counter() - started) * 1000:.0f} ms")


def check_mail(settings: Settings) -> Line:
    """Check that the mail server accepts a connection and our sign-in. Sends nothing."""
    place = shown("MAIL_URL", settings.mail_url)
    try:
        mailer(settings.mail_url, host_name=host_of(settings)).check()
    except (OSError, smtplib.SMTPException, ValueError) as error:
        return Line("FAIL", "mail", f"{place}: {first_line(error)}", "start it, or correct MAIL_URL; e-mails wait")
    if settings.mail_url.startswith("maildir:"):
        return Line("ok", "mail", f"files in {urlsplit(settings.mail_url).path}; nothing leaves this machine")
    return Line("ok", "mail", f"{place} accepts our sign-in; `--mail ADDRESS` sends a test e-mail")


def check_sending(settings: Settings, address: str) -> Line:
    """Send one mail as members get them."""
    try:
        letter = EmailContent(delivery_id=new_id(), address=address, path="/")
        message = compose(letter, settings, now=machine_now())
    except (ValueError, IndexError, MessageError):
        return Line("FAIL", "sending", f"{address!r} or MAIL_FROM isn't an address", "write it as name@example.org")
    outcome = mailer(settings.mail_url, host_name=host_of(settings)).send(message)
    if outcome.result != "sent":
        mend = f"check the mail server's log, and that it accepts mail from {settings.mail_from}"
        return Line("FAIL", "sending", f"to {address}: {outcome.result} ({outcome.detail})", mend)
    return Line("ok", "sending", f"sent to {address}; check that it arrives and isn't in the spam folder")
