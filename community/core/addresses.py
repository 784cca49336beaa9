"""Web addresses from members: whether one leads to a host that its letters show."""

import re
import unicodedata
from ipaddress import ip_address
from urllib.parse import urlsplit

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
# Separators, controls, invisible and direction marks, surrogates, unassigned: none of them stands in an address.
_NEVER = ("Z", "C")


def is_web_address(text: str) -> bool:
    """Whether this is an http or https address with a host name or number, and without a name or password in it."""
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
