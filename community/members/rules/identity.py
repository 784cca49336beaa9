"""Rules of identity records: what is in one, and the reasons for which staff may open it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

# What staff choose, as they read it.
REASONS: Mapping[str, str] = {
    "asked": "They asked me to",
    "safety": "I’m worried about their safety",
    "identify": "To be sure who they are",
    "paperwork": "For paperwork they need",
}
# A report of danger opens it with one tap. The member reads the same reason as for `safety`: no one learns here that
# there is a report.
DANGER = "danger"
DANGER_CATEGORIES = ("danger", "worry")


@dataclass(frozen=True, kw_only=True)
class IdentityDetails:
    """A member's identity outside: a legal name, a town, and someone to call in an emergency."""

    legal_name: str = ""
    town: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    contact_relation: str = ""

    @property
    def is_empty(self) -> bool:
        """Return whether nothing is given."""
        return not any(asdict(self).values())

    def as_text(self) -> str:
        """Return it as the JSON that is encrypted."""
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> "IdentityDetails":
        """Return what `as_text` wrote. Unknown fields are left out."""
        given = json.loads(text)
        return cls(**{field.name: str(given[field.name]) for field in fields(cls) if field.name in given})


def reason_for_member(why: object) -> str | None:
    """Return the reason of a look as the member reads it in their access log."""
    return "safety" if why == DANGER else why if isinstance(why, str) and why in REASONS else None
