"""Every kind of notice in one table: what a member calls it, and whether it also comes by e-mail unless they say so."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of notice. Security kinds always mail, cannot be switched off, and are repeated when in doubt."""

    words: str
    icon: str = "bell"
    mails: bool = False
    is_security: bool = False
    mail_words: str = ""


KINDS: dict[str, Kind] = {
    "member.invited": Kind(
        words="Invitations",
        is_security=True,
        mail_words="Somebody who knows you has invited you. The link works once, for seven days, and only for you.",
    ),
    "password.reset_asked": Kind(
        words="Links to choose a new password",
        is_security=True,
        mail_words="Here is the link to choose a new password. It works once, for one hour. "
        "If you did not ask for it, you need not do anything.",
    ),
    "password.changed": Kind(
        words="My password was changed",
        icon="lock",
        is_security=True,
        mail_words="Your password was changed. If that was not you, choose a new one now and tell a coordinator.",
    ),
    "rsvp.promoted": Kind(words="A seat came free for me", icon="meetups", mails=True),
    "rsvp.offered": Kind(words="A seat is held for me", icon="meetups", mails=True),
    "rsvp.lapsed": Kind(words="A seat that was held for me went on", icon="meetups"),
    "seat.released": Kind(words="My seat went on to somebody else", icon="meetups"),
    "reminder.2880": Kind(words="A date of mine is in two days", icon="clock"),
    "reminder.1440": Kind(words="A date of mine is in a day", icon="clock", mails=True),
    "reminder.120": Kind(words="A date of mine is in two hours", icon="clock"),
    "reminder.60": Kind(words="A date of mine is in an hour", icon="clock"),
    "host.changed": Kind(words="I host a meetup", icon="meetups", mails=True),
    "seat.opened": Kind(words="A seat is free shortly before the start", icon="meetups", mails=True),
    "rsvp.waitlisted": Kind(words="I am in line for a seat", icon="meetups"),
    "rsvp.confirmed": Kind(words="My answer is saved", icon="meetups"),
    "meetup.posted": Kind(words="A meetup was posted", icon="meetups"),
    "occurrence.rescheduled": Kind(words="A date I answered has moved", icon="meetups", mails=True),
    "occurrence.cancelled": Kind(words="A date I answered is cancelled", icon="meetups", mails=True),
    "buddy.suggested": Kind(words="Somebody is suggested as my buddy", icon="buddy", mails=True),
    "buddy.matched": Kind(words="I have a buddy", icon="buddy", mails=True),
    "pairing.ended": Kind(words="A pairing has ended", icon="buddy"),
    "pairing.flagged": Kind(words="Somebody asked for a coordinator", icon="flag", mails=True),
    "mentor.asked": Kind(words="Somebody offers to help", icon="buddy"),
    "mentor.approved": Kind(words="A coordinator has said yes to my offer", icon="buddy", mails=True),
    "message.posted": Kind(words="Somebody wrote to me", icon="rooms"),
    "message.reported": Kind(words="A message was reported", icon="flag", mails=True),
    "member.joined": Kind(words="Somebody has joined", icon="person"),
}
UNNAMED = Kind(words="Something new")


def kind_of(name: str) -> Kind:
    """A kind by its name; one that is not in the table comes in the app only."""
    return KINDS.get(name, UNNAMED)


def switchable() -> dict[str, Kind]:
    """The kinds whose e-mail a member may switch on and off."""
    return {name: kind for name, kind in KINDS.items() if not kind.is_security}
