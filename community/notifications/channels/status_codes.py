"""Reasons of a mail server's refusal: the address, the message, the sender, or a passing condition.

A refusal about the address means that no later mail will arrive either. Any other refusal says nothing about the next
mail. Enhanced status codes are those of RFC 3463 and the IANA registry that RFC 5248 started.
"""

import re

# Destination address is wrong, has moved, or belongs to a domain that takes no mail; mailbox is disabled. The other
# codes of the class X.1 are about the sender (X.1.7, X.1.8), a relay (X.1.9), or a valid address (X.1.5).
ABOUT_ADDRESS = frozenset({"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.1.6", "5.1.10", "5.2.1"})
# A full mailbox is "a persistent transient failure" (RFC 3463, X.2.2); the others are about the receiving system.
PASSING = frozenset({"5.2.2", "5.3.1", "5.3.2", "5.4.1", "5.4.3", "5.4.5"})
ENHANCED = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
# Replies without an enhanced code count as about the address only when they say so and mention nothing else.
NAMES_ADDRESS = re.compile(
    r"no such|unknown|exist|not found|invalid|no (?:mailbox|user|account)|unavailable|unrout|undeliverable"
    r"|disabled|inactive|deactivated|not (?:a )?(?:valid|known|local)",
    re.IGNORECASE,
)
NAMES_OTHER = re.compile(
    r"block|black|spam|junk|polic|reputation|dnsbl|rbl|\blist|denied|relay|spf|dkim|dmarc|authenti|quota|full|storage"
    r"|\brate|limit|grey|gray|try again|later|temporar|content|virus|too (?:big|large|many)|size|sender|sending"
    r"|\bip\b|\bdns\b|\btls\b|encrypt",
    re.IGNORECASE,
)
ADDRESS_REPLIES = (550, 551, 553)


def enhanced_code(text: str) -> str:
    """Return the first enhanced status code in a reply or diagnostic text, or an empty string."""
    found = ENHANCED.search(text[:500])
    return found[1] if found else ""


def is_about_address(enhanced: str, *, code: int, text: str) -> bool:
    """Return whether a final refusal means that this address takes no mail at all.

    `enhanced` decides when there is one that says more than "other" (X.0.0). Otherwise `code` and `text` do, and a
    reply whose reason is unclear is not counted against the address.
    """
    if enhanced and not enhanced.endswith(".0.0"):
        return enhanced in ABOUT_ADDRESS
    if code not in ADDRESS_REPLIES:
        return False
    said = text[:500]
    return bool(NAMES_ADDRESS.search(said)) and not NAMES_OTHER.search(said)


def is_passing(enhanced: str, *, code: int) -> bool:
    """Return whether a refusal with a permanent code describes a condition that passes: full mailbox, busy system."""
    return enhanced in PASSING or (not enhanced and code == 552)
