"""Rules of accounts: addresses, the sign-in throttle, session limits, and tokens of links."""

import hmac
import re
import unicodedata
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from math import ceil
from uuid import UUID

from community.core.characters import without_unseen
from community.core.crypto.cipher import keyed_digest
from community.core.permissions import Permission

INVITATION_LASTS = timedelta(days=7)
RESET_LASTS = timedelta(hours=1)
MEMBER_IDLE = timedelta(days=30)
STAFF_IDLE = timedelta(minutes=30)
SESSION_LASTS = timedelta(days=90)
STAFF_SESSION_LASTS = timedelta(hours=12)

THROTTLE_WINDOW = timedelta(minutes=30)
MAX_SESSIONS = 20
FAILURES_PER_PAIR = 5
FAILURES_PER_WIDE_PAIR = 15
FAILURES_PER_ADDRESS = 100
FAILURES_PER_NETWORK = 200
FAILURES_PER_ACCOUNT = 50
SIGN_IN_LIMITS = {
    "by_pair": FAILURES_PER_PAIR,
    "by_wide_pair": FAILURES_PER_WIDE_PAIR,
    "by_address": FAILURES_PER_ADDRESS,
    "by_network": FAILURES_PER_NETWORK,
    "by_account": FAILURES_PER_ACCOUNT,
}
RESETS_PER_HOUR = 2
RESETS_PER_DAY = 5
RESETS_PER_ADDRESS = 20
RESETS_PER_NETWORK = 40
DEAD_LINKS_PER_ADDRESS = 30
DEAD_LINKS_PER_NETWORK = 60
HANDLE_IS_KEPT = timedelta(days=90)
ATTEMPTS_ARE_KEPT = timedelta(days=2)
MAX_MUTE = timedelta(days=365)

_NAT64 = IPv6Network("64:ff9b::/96")
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}){0,8}"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]"
)


def normal_email(email: str) -> str:
    """Return the address as it is compared: NFC, lower case, without invisible characters."""
    return unicodedata.normalize("NFC", without_unseen(email)).lower()


def address_problem(address: str) -> str | None:
    """Return what is wrong with an e-mail address, if anything. Only plain ones are right, which every server takes."""
    return (
        None
        if len(address) <= 254 and _ADDRESS.fullmatch(address)
        else "Enter an e-mail address, such as name@example.org."
    )


def networks_of(address: str) -> tuple[str, str]:
    """Return the network that counts as one address, and the wider one that counts as one neighborhood.

    A household has at least a /64 of IPv6, often a /56, and may use any address in it. IPv4 is counted by the single
    address: many people share one already. IPv4 inside IPv6 (mapped, 6to4, NAT64) is counted as IPv4. Text that is no
    address is counted as it is.
    """
    try:
        ip = ip_address(address.strip().strip("[]").partition("%")[0])
    except ValueError:
        return address, address
    if isinstance(ip, IPv6Address):
        ip = ip.ipv4_mapped or ip.sixtofour or _in_nat64(ip) or ip
    if isinstance(ip, IPv4Address):
        return str(ip), str(ip)
    return str(ip_network((ip, 64), strict=False)), str(ip_network((ip, 56), strict=False))


def _in_nat64(ip: IPv6Address) -> IPv4Address | None:
    return IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None


def can_attempt_sign_in(
    *, by_pair: int, by_wide_pair: int, by_address: int, by_network: int, by_account: int, known_device: bool
) -> bool:
    """Return whether a sign-in may be tried, by the failures within THROTTLE_WINDOW.

    An account under attack from many addresses still lets a device in that has signed in before.
    """
    if by_pair >= FAILURES_PER_PAIR or by_address >= FAILURES_PER_ADDRESS:
        return False
    if by_wide_pair >= FAILURES_PER_WIDE_PAIR or by_network >= FAILURES_PER_NETWORK:
        return False
    return by_account < FAILURES_PER_ACCOUNT or known_device


def wait_text(seconds: float) -> str:
    """Return how long to wait, as people say it: in whole minutes, rounded up, or in hours."""
    minutes = max(1, ceil(seconds / 60))
    if minutes == 1:
        return "in a minute"
    return (
        f"in {minutes} minutes" if minutes < 60 else "in an hour" if minutes == 60 else f"in {ceil(minutes / 60)} hours"
    )


def idle_limit(*, staff: bool) -> timedelta:
    """Return how long a session may be unused."""
    return STAFF_IDLE if staff else MEMBER_IDLE


def session_limit(*, staff: bool) -> timedelta:
    """Return how long a session may last in all."""
    return STAFF_SESSION_LASTS if staff else SESSION_LASTS


def is_session_valid(now: datetime, *, expires_at: datetime, last_used_at: datetime, idle_seconds: int) -> bool:
    """Return whether a session has neither expired nor idled out."""
    return expires_at > now and last_used_at + timedelta(seconds=idle_seconds) > now


def invitation_token(secret: str, invitation_id: UUID, link_version: int) -> str:
    """Return the token of an invitation's link. It is derived, so the worker that mails it needs no stored secret."""
    return keyed_digest(secret, "invitation", f"{invitation_id}:{link_version}")


def reset_token(secret: str, reset_id: UUID) -> str:
    """Return the token of a password reset's link, derived likewise."""
    return keyed_digest(secret, "password-reset", str(reset_id))


def device_token(secret: str, member_id: UUID) -> str:
    """Return the token that a browser keeps after a sign-in, to be known while the account is under attack."""
    return keyed_digest(secret, "device", str(member_id))


def is_known_device(secret: str, member_id: UUID, shown: str) -> bool:
    """Return whether a browser showed the token that we gave it."""
    return hmac.compare_digest(device_token(secret, member_id).encode(), shown.encode("utf-8", "replace"))


def sanction_token(secret: str, sanction_id: UUID) -> str:
    """Return the token of a sanction's link. It is derived, so no secret has to be stored to make the link."""
    return keyed_digest(secret, "measure", str(sanction_id))


def sanction_path(secret: str, sanction_id: UUID) -> str:
    """Return the path of a sanction's page for a member who cannot sign in."""
    return f"/measures/{sanction_id}/{sanction_token(secret, sanction_id)}"


def sanction_permission(kind: str) -> Permission:
    """Return the permission to impose or lift a sanction: a suspension takes a member's access away."""
    return Permission.MANAGE_MEMBERS if kind == "suspension" else Permission.IMPOSE_SANCTIONS
