"""Kinds of notifications: their labels, how urgent they are, and the channels they use by default.

A feature declares a kind beside the rule that sends it: `@notify.on(RsvpPromoted, kind=Kind(...))`, or with
`declare_kind` where one rule sends several kinds. `community.features.load_subscribers` imports all of them.
"""

from dataclasses import dataclass

from community.core.events import Priority

SUBJECT = "You have a new notification"
URGENT = "Please look now"
WITHIN_THE_HOUR = "Please look within the hour"
ANSWER_TODAY = "Needs an answer today"
ANSWER_THIS_WEEK = "Needs an answer this week"
SECTIONS = ("messages", "meetups", "buddy", "care", "account", "staff")
LEVELS = ("people", "meetups", "everything")


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of notification.

    `label` is its name in the notification settings, which list the kinds of each section by `position`. Coordinators
    see `staff_label` instead where a delivery failed; empty where `label` says it without "I" and "my". `why` says why
    a member gets it. `audience` names the members who can get it at all (`core.kind_registries.audiences`); empty for
    everyone. `mails` and `pushes` hold until the member chooses otherwise.

    `subject` is what its mails and pushes say to everyone, instead of "You have a new notification"; it must not tell a
    passer-by what this community is. `{community}` in it stands for its name. `preview` is what they say to members who
    asked for more. `mail_text` replaces the usual sentence of its mails, and `action` the words of their link.

    Security kinds always mail, cannot be switched off, ignore quiet hours, and are sent again when the outcome of a
    first attempt is unknown. An `is_personal` kind is written by a person to this member: it does not count as the one
    push a day of the first week. An `is_requested` kind comes at a time that the member chose. An `is_batched` kind
    comes as one mail for many. A kind that cannot wait is left out of the daily mail. Only kinds that are
    `sent_to_suspended` reach a suspended member.
    """

    label: str
    staff_label: str = ""
    position: int
    preview: str = ""
    why: str = ""
    icon: str = "bell"
    mails: bool = False
    pushes: bool = False
    priority: Priority = Priority.PERSON
    is_security: bool = False
    is_personal: bool = False
    is_batched: bool = False
    can_wait: bool = True
    for_staff: bool = False
    mail_text: str = ""
    sent_to_suspended: bool = False
    section: str = "account"
    audience: str = ""
    subject: str = ""
    action: str = ""
    is_requested: bool = False

    @property
    def neutral_subject(self) -> str:
        """Return what mails and pushes say of it to everyone: how urgent it is, and nothing about it."""
        return self.subject or (URGENT if self.priority is Priority.CRISIS else SUBJECT)

    def headline(self, *, is_detailed: bool) -> str:
        """Return the subject of its mails and the text of its pushes, with its kind if the member asked for that."""
        if not is_detailed:
            return self.neutral_subject
        said = self.preview or self.label
        return said if self.neutral_subject == SUBJECT else f"{self.neutral_subject}: {said}"

    @property
    def level(self) -> int:
        """Return from which of the LEVELS on its mails and pushes are sent."""
        if self.is_personal or self.is_requested or self.priority is Priority.CRISIS:
            return LEVELS.index("people")
        return LEVELS.index("meetups" if self.section == "meetups" else "everything")

    @property
    def ignores_quiet_hours(self) -> bool:
        """Return whether it is sent in quiet hours: it is a call for help, or was asked for a moment ago."""
        return self.is_security or self.priority is Priority.CRISIS


@dataclass(frozen=True, kw_only=True)
class StaffKind(Kind):
    """A kind of notification that coordinators get because they are coordinators."""

    why: str = "You’re a coordinator."
    for_staff: bool = True
    section: str = "staff"


_UNKNOWN = Kind(label="Something new", position=0)
_declared: dict[str, Kind] = {}


def declare_kind(name: str, kind: Kind) -> None:
    """Declare a kind of notification. Raises TypeError when its name or its position is taken."""
    if name in _declared or any(kind.position == other.position for other in _declared.values()):
        raise TypeError(f"the name or the position of the kind {name} is taken")
    _declared[name] = kind


def kind_of(name: str) -> Kind:
    """Return a kind by its name. An unknown kind (of a stored row) comes in the app only."""
    return _declared.get(name, _UNKNOWN)


def all_kinds() -> dict[str, Kind]:
    """Return all declared kinds by name, in the order of the page of preferences."""
    return dict(sorted(_declared.items(), key=lambda item: item[1].position))


def switchable_kinds() -> dict[str, Kind]:
    """Return the kinds that a member may switch on and off, in the order of the page of preferences."""
    return {name: kind for name, kind in all_kinds().items() if not kind.is_security}
