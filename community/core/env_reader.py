"""Reader of environment variables that collects what is wrong with them."""

import re
import ssl
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

MASKED = frozenset({"SECRET_KEY", "FIELD_KEYS", "VAPID_PRIVATE_KEY"})
WITH_PASSWORDS = frozenset({"DATABASE_URL", "REDIS_URL", "MAIL_URL"})
WITH_HOST = frozenset({"http", "https", "smtp", "smtps"})


class Variables:
    """Reader of one variable after another. `problems` names each that is wrong, its value and what is expected."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.problems: list[str] = []

    def text(self, name: str, default: str = "") -> str:
        """Return the value, or the default when it is missing or empty."""
        return self.environ.get(name, "").strip() or default

    def wrong(self, name: str, expected: str) -> None:
        """Note that a setting is wrong."""
        found = self.environ.get(name)
        self.problems.append(f"{name}: found {shown(name, found)}, expected {expected}")

    def choice(self, name: str, choices: tuple[str, ...], default: str) -> str:
        """Return one of a few words."""
        value = self.text(name, default)
        if value not in choices:
            self.wrong(name, " or ".join(choices))
        return value

    def whole(self, name: str, default: int, *, least: int, most: int) -> int:
        """Return a whole number within bounds."""
        value = self.text(name, str(default))
        if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
            self.wrong(name, f"a whole number from {least} to {most}")
            return default
        return int(value)

    def url(self, name: str, schemes: tuple[str, ...], default: str | None) -> str | None:
        """Return a URL with one of these schemes, and a host where it needs one."""
        value = self.text(name) or default
        if value is not None and not _is_url(value, schemes):
            self.wrong(name, "a URL that starts with " + " or ".join(f"{scheme}:" for scheme in schemes))
        return value

    def certificates(self, name: str, parameter: str) -> None:
        """Note a problem when a URL names certificates to trust that cannot be read."""
        _, _, query = self.text(name).partition("?")
        place = dict(parse_qsl(query)).get(parameter)
        if place is None:
            return
        try:
            ssl.create_default_context(cafile=place)
        except OSError:
            self.problems.append(f"{name}: found {parameter}={place}, expected a file of certificates (PEM)")


def shown(name: str, value: str | None) -> str:
    """Return a value as it may be shown: secrets and passwords masked."""
    if value is None or not value.strip():
        return "nothing"
    if name in MASKED:
        return f"{len(value)} characters (not shown)"
    if name in WITH_PASSWORDS:
        return _without_password(value)
    return repr(value)


def _without_password(url: str) -> str:
    """Return scheme, host and path. An unescaped password may hold any character: when in doubt nothing is shown."""
    scheme, slashes, rest = url.strip().partition("://")
    if not slashes and "@" not in url:
        return repr(url)
    before, *query = re.split(r"[?#]", rest, maxsplit=1)
    if not slashes or "@" in "".join(query):
        return f"{len(url)} characters (not shown)"
    return f"{scheme}://{'***@' if '@' in before else ''}{before.rpartition('@')[2]}"


def _is_url(value: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(value)
        has_host = bool(parts.hostname) and parts.port != 0 if parts.scheme in WITH_HOST else True
    except ValueError:  # a lone bracket, a port that is no number
        return False
    return parts.scheme in schemes and has_host
