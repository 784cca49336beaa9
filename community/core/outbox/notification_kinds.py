"""Kinds of notifications: their labels, how urgent they are, and the channels they use by default.

A feature declares a kind beside the rule that sends it: `@notify.on(RsvpPromoted, kind=Kind(...))`, or with
`declare_kind` where one rule sends several kinds. `community.features.load_subscribers` imports all of them.
"""

from dataclasses import dataclass

from community.core.events import Priority


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of notification.

    `label` is its name on the page of preferences, which lists the kinds by `position`. `why` says why a member gets
    it. `preview` is what a mail or a lock screen may say to members who asked for more than "new". `mail_text` replaces
    the usual sentence of its mails. `mails` and `pushes` hold until the member chooses otherwise.

    Security kinds always mail, cannot be switched off, ignore quiet hours, and are sent again when the outcome of a
    first attempt is unknown. A `is_personal` kind is written by a person to this member: it does not count as the one
    push a day of the first week. An `is_batched` kind comes as one mail for many. A kind that cannot wait is left out
    of the daily mail. Only kinds that are `sent_to_suspended` reach a suspended member.
    """

    label: str
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

    @property
    def ignores_quiet_hours(self) -> bool:
        """Return whether it is sent in quiet hours: it is a call for help, or was asked for a moment ago."""
        return self.is_security or self.priority is Priority.CRISIS


@dataclass(frozen=True, kw_only=True)
class StaffKind(Kind):
    """A kind of notification that coordinators get because they are coordinators."""

    why: str = "You are a coordinator."
    for_staff: bool = True


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
