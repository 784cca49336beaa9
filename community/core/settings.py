"""Settings: read once from the environment and checked as a whole; errors name each that is wrong."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from community.core.env_reader import Variables
from community.core.time_zones import zone_names

MIN_SECRET_LENGTH = 32
DEFAULT_LEAVE_URL = "https://www.google.com/"
DEFAULT_PUSH_SERVICES = (
    "fcm.googleapis.com,jmt17.google.com,*.push.services.mozilla.com,*.push.apple.com,*.notify.windows.com"
)
DEFAULT_LINES = (
    "call:988:Free, any hour. Press 2 for Spanish.|text:988:If talking out loud is hard right now."
    "|call:911:If anyone is in danger or hurt."
)
DEFAULT_CARE_LINE = (
    "call:1-800-662-4357:The SAMHSA helpline. Free, any hour, also in Spanish. They help you find treatment."
)


class SettingsError(Exception):
    """One or more settings are wrong. The message names each, its value and what is expected."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(["Please check these settings:", *(f"  {problem}" for problem in problems)]))


@dataclass(frozen=True)
class CrisisLine:
    """A crisis line: `call` or `text`, with a hint of when to use it."""

    kind: str
    number: str
    hint: str

    @property
    def label(self) -> str:
        """The text of its button, such as `Call 988`."""
        return f"{self.kind.capitalize()} {self.number}"

    @property
    def href(self) -> str:
        """Its link, such as `tel:988` or `sms:988`."""
        return f"{'tel' if self.kind == 'call' else 'sms'}:{self.number}"

    @property
    def is_emergency(self) -> bool:
        """True for the numbers for danger to life."""
        return self.number in ("911", "112", "999", "000")


@dataclass(frozen=True)
class SendLimit:
    """Limit of `count` messages in `seconds` for each member."""

    count: int
    seconds: float


@dataclass(frozen=True)
class Settings:
    """Settings of one installation."""

    env: str
    database_url: str
    redis_url: str | None
    data_dir: Path
    secret_key: str
    field_keys: tuple[str, ...]
    public_url: str
    port: int
    mail_url: str
    mail_from: str
    trusted_proxies: int
    log_level: str
    vapid_private_key: str | None
    push_services: tuple[str, ...]
    time_zone: str
    name: str
    leave_url: str
    crisis_lines: tuple[CrisisLine, ...]
    care_line: CrisisLine | None
    send_limit: SendLimit | None
    is_staff_factor_required: bool

    @property
    def encryption_secrets(self) -> tuple[str, ...]:
        """Secrets of encrypted columns, newest first. What SECRET_KEY encrypted decrypts as long as it is unchanged."""
        return (*self.field_keys, self.secret_key)

    @property
    def is_production(self) -> bool:
        """True when this installation serves real people."""
        return self.env == "production"

    def is_own_origin(self, origin: str) -> bool:
        """Return whether a page of this origin is one of ours; in development by any name of this machine."""
        near = (f"http://localhost:{self.port}", f"http://127.0.0.1:{self.port}")
        return origin == self.public_url or (not self.is_production and origin in near)


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of this environment. Raises SettingsError with every problem at once.

    In development a secret key is made and kept in the data directory.
    """
    read = Variables(environ)
    env = read.choice("COMMUNITY_ENV", ("development", "production"), "development")
    data_dir = Path(read.text("COMMUNITY_DATA_DIR", "var")).absolute()
    port = read.whole("PORT", 8000, least=1, most=65535)
    database_url = read.url(
        "DATABASE_URL", ("sqlite", "postgresql+psycopg", "postgresql"), f"sqlite:///{data_dir / 'community.sqlite3'}"
    )
    redis_url = read.url("REDIS_URL", ("redis", "rediss", "unix", "redis+sentinel"), None)
    read.certificates("REDIS_URL", "ssl_ca_certs")
    public_url = read.url("PUBLIC_URL", ("http", "https"), f"http://127.0.0.1:{port}") or ""
    leave_url = read.url("COMMUNITY_LEAVE_URL", ("http", "https"), DEFAULT_LEAVE_URL)
    mail_url = read.url("MAIL_URL", ("smtp", "smtps", "maildir"), f"maildir:{data_dir / 'mail'}")
    mail_from = read.text("MAIL_FROM", "community@localhost")
    if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", mail_from):
        read.wrong("MAIL_FROM", "an address such as notes@example.org")
    zone = read.text("COMMUNITY_TIME_ZONE", "America/New_York")
    if zone not in zone_names():
        read.wrong("COMMUNITY_TIME_ZONE", "an IANA zone such as America/Denver")
    name = read.text("COMMUNITY_NAME", "Afterward")
    if len(name) > 40 or any(ord(character) < 32 for character in name):
        read.wrong("COMMUNITY_NAME", "up to 40 characters on one line")
    level = read.choice("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO")
    secret_key = read.text("SECRET_KEY")
    if env == "production":
        _check_production(read, public_url)
    else:
        _check_development(read, public_url)
    settings = Settings(
        env=env,
        database_url=_with_driver(database_url or ""),
        redis_url=redis_url,
        data_dir=data_dir,
        secret_key=secret_key,
        field_keys=_field_keys(read),
        public_url=public_url.rstrip("/"),
        port=port,
        mail_url=mail_url or "",
        mail_from=mail_from,
        trusted_proxies=read.whole("TRUSTED_PROXIES", 0, least=0, most=10),
        log_level=level,
        vapid_private_key=read.text("VAPID_PRIVATE_KEY") or None,
        push_services=_push_services(read),
        time_zone=zone,
        name=name,
        leave_url=leave_url or "",
        crisis_lines=_lines(read, "COMMUNITY_CRISIS_LINES", DEFAULT_LINES),
        care_line=_care_line(read),
        send_limit=_send_limit(read),
        is_staff_factor_required=_is_staff_factor_required(read, env),
    )
    if read.problems:
        raise SettingsError(read.problems)
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        return replace(settings, secret_key=settings.secret_key or _kept_secret(data_dir / "secret-key"))
    except OSError as error:
        read.wrong("COMMUNITY_DATA_DIR", f"a folder that this account can write to ({data_dir}: {error.strerror})")
        raise SettingsError(read.problems) from error


def _check_production(read: Variables, public_url: str) -> None:
    if _is_weak(read.text("SECRET_KEY")):
        read.wrong("SECRET_KEY", f"at least {MIN_SECRET_LENGTH} characters that nobody can guess")
    if not public_url.startswith("https://") or not read.text("PUBLIC_URL"):
        read.wrong("PUBLIC_URL", "the https address that members see")
    if not read.text("MAIL_URL"):
        read.wrong("MAIL_URL", "smtp://… or smtps://…")
    if not read.text("MAIL_FROM"):
        read.wrong("MAIL_FROM", "an address such as notes@example.org")


def _check_development(read: Variables, public_url: str) -> None:
    """Refuse an https address: without COMMUNITY_ENV=production its cookies would not be Secure."""
    if read.text("SECRET_KEY") and _is_weak(read.text("SECRET_KEY")):
        read.wrong("SECRET_KEY", f"at least {MIN_SECRET_LENGTH} characters that nobody can guess")
    if public_url.lower().startswith("https:") and not any("PUBLIC_URL" in problem for problem in read.problems):
        read.wrong("PUBLIC_URL", "an http address in development; an https one needs COMMUNITY_ENV=production")


def _field_keys(read: Variables) -> tuple[str, ...]:
    keys = tuple(one.strip() for one in read.text("FIELD_KEYS", "").split(",") if one.strip())
    if any(_is_weak(one) for one in keys) or len(set(keys)) != len(keys):
        expected = f"keys with commas between, newest first, each another and {MIN_SECRET_LENGTH} characters or longer"
        read.wrong("FIELD_KEYS", expected)
    return keys


def _is_weak(secret: str) -> bool:
    return len(secret) < MIN_SECRET_LENGTH or len(set(secret)) < 10


def _is_staff_factor_required(read: Variables, env: str) -> bool:
    usual = "required" if env == "production" else "optional"
    return read.choice("COMMUNITY_STAFF_FACTOR", ("required", "optional"), usual) == "required"


def _with_driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1) if url.startswith("postgresql://") else url


def _care_line(read: Variables) -> CrisisLine | None:
    value = read.text("COMMUNITY_CARE_LINE", DEFAULT_CARE_LINE)
    return None if value == "off" else next(iter(_lines(read, "COMMUNITY_CARE_LINE", DEFAULT_CARE_LINE)), None)


def _lines(read: Variables, name: str, default: str) -> tuple[CrisisLine, ...]:
    lines = []
    for item in read.text(name, default).split("|"):
        kind, _, rest = item.strip().partition(":")
        number, _, hint = rest.partition(":")
        if kind not in ("call", "text") or not number.replace("-", "").replace("+", "").isdigit():
            read.wrong(name, "call:NUMBER:HINT or text:NUMBER:HINT, several joined by |")
            return ()
        lines.append(CrisisLine(kind, number, hint.strip()))
    return tuple(lines)


def _push_services(read: Variables) -> tuple[str, ...]:
    services = tuple(one.strip() for one in read.text("COMMUNITY_PUSH_SERVICES", DEFAULT_PUSH_SERVICES).split(","))
    if not all(re.fullmatch(r"(\*\.)?[A-Za-z0-9.-]+(:\d{1,5})?", one) for one in services):
        read.wrong("COMMUNITY_PUSH_SERVICES", "hosts such as *.push.apple.com, or HOST:PORT of one's own, with commas")
    return services


def _send_limit(read: Variables) -> SendLimit | None:
    value = read.text("COMMUNITY_SEND_LIMIT", "20/10s")
    if value == "off":
        return None
    count, _, seconds = value.removesuffix("s").partition("/")
    if not (count.isdigit() and seconds.isdigit() and int(count) > 0 and int(seconds) > 0):
        read.wrong("COMMUNITY_SEND_LIMIT", "COUNT/SECONDSs such as 20/10s, or off")
        return None
    return SendLimit(int(count), float(seconds))


def _kept_secret(path: Path) -> str:
    """Return the development secret: made once, readable by its owner alone, shared by all processes."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    secret = secrets.token_urlsafe(48)
    with os.fdopen(descriptor, "w") as file:
        file.write(secret)
    return secret
