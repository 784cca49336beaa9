"""Check of web addresses from members: does one lead to the host that its letters show?"""

import re
import unicodedata
from ipaddress import ip_address
from urllib.parse import urlsplit

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
# Separators, controls, invisible and direction marks, surrogates, unassigned: no address has them.
_NEVER = ("Z", "C")


def is_web_address(text: str) -> bool:
    """Return whether this is an http or https address with a host, and without a user name or password."""
    if any(unicodedata.category(character)[0] in _NEVER for character in text) or "\\" in text:
        return False
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        return False
    if parts.scheme not in ("https", "http") or not host or "@" in parts.netloc or port == 0:
        return False
    if parts.netloc.endswith(":"):
        return False
    return _is_number(host) if parts.netloc.startswith("[") else _is_name(host)


def _is_number(host: str) -> bool:
    try:
        return ip_address(host).version == 6
    except ValueError:
        return False


def _is_name(host: str) -> bool:
    try:
        ascii_name = host.removesuffix(".").encode("idna").decode()
    except UnicodeError:
        return False
    return len(ascii_name) <= 253 and all(_LABEL.fullmatch(label) for label in ascii_name.lower().split("."))
