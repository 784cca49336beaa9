"""Texts that a member agrees to on joining, by version. A changed text is a new version, and old ones stay.

`FORMER` are those that members agreed to before.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class ConsentText:
    """A text to agree to. `required` ones have to be accepted to join."""

    text_version: str
    title: str
    text: str
    required: bool

    @property
    def text_hash(self) -> str:
        """Return the SHA-256 of the text that was shown."""
        return hashlib.sha256(self.text.encode()).hexdigest()


FORMER: tuple[ConsentText, ...] = (
    ConsentText(
        "rules-1",
        "The rules of this community",
        "I'm kind here. What I read here stays here. I do not ask anybody for their name, address or number in a "
        "room. I report what frightens me. I know that coordinators may remove a message or suspend an account.",
        True,
    ),
    ConsentText(
        "privacy-1",
        "What is kept of me, and who sees it",
        "Other members see my handle and what I write, never my address. Coordinators see my address and what is "
        "reported to them. Nobody outside is told that I am here. I may take this back at any time; my account "
        "is then closed.",
        True,
    ),
)

CURRENT: tuple[ConsentText, ...] = (
    ConsentText(
        "rules-2",
        "The rules of this community",
        "I'm kind here. What I read here stays here. I don't ask anyone for their name, address or number in a room. "
        "I'll tell a coordinator if something worries me. I know that coordinators can remove a message or suspend an "
        "account.",
        True,
    ),
    ConsentText(
        "privacy-2",
        "What we keep about you, and who can see it",
        "Other members see my name here and what I write, never my e-mail. Coordinators see my e-mail and what people "
        "report to them. No one outside is told that I'm here. I can withdraw this at any time: I tell a coordinator, "
        "and my account is closed.",
        True,
    ),
)


def former_texts(versions: Collection[str]) -> tuple[ConsentText, ...]:
    """Return the former texts among these versions."""
    return tuple(text for text in FORMER if text.text_version in versions)


def by_version() -> dict[str, ConsentText]:
    """Return the current texts by version."""
    return {text.text_version: text for text in CURRENT}
