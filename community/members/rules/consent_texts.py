"""Texts that a member agrees to on joining, by version. A changed text is a new version, and old ones stay."""

import hashlib
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


CURRENT: tuple[ConsentText, ...] = (
    ConsentText(
        "rules-1",
        "The rules of this community",
        "I am kind here. What I read here stays here. I do not ask anybody for their name, address or number in a "
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


def by_version() -> dict[str, ConsentText]:
    """Return the current texts by version."""
    return {text.text_version: text for text in CURRENT}
