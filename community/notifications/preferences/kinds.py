"""Every kind of notice in one table: what a member calls it, how urgent it is, and how it reaches them by default."""

from dataclasses import dataclass

from community.core.events import Priority


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of notice.

    `mails` and `pushes` hold until the member says otherwise. Security kinds always mail, cannot be switched off, know
    no quiet hours and are repeated when in doubt. A `personal` one is a person's word to this member: it does not count
    as the one push a day of the first week. What `gathers` comes as one mail for many; what cannot wait does not become
    part of a daily mail. `says` is what a mail or a lock screen may say to members who asked for more than "new".
    """

    words: str
    says: str = ""
    why: str = ""
    icon: str = "bell"
    mails: bool = False
    pushes: bool = False
    urgency: Priority = Priority.PERSON
    is_security: bool = False
    is_personal: bool = False
    gathers: bool = False
    can_wait: bool = True
    for_staff: bool = False
    mail_words: str = ""
    reaches_suspended: bool = False

    @property
    def passes_quiet(self) -> bool:
        """Whether quiet hours do not hold it back: somebody needs somebody now, or it was asked for a moment ago."""
        return self.is_security or self.urgency is Priority.CRISIS


ANSWERED = "You answered this date."
COMES_TO_ALL = "Everybody who may come hears of a new meetup."
PAIRED = "It is about you and a buddy."
COORDINATES = "You are a coordinator."
ASKED_FOR_SOMEBODY = "You asked for somebody."

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
        why="It is your account.",
        icon="lock",
        is_security=True,
        mail_words="Your password was changed. If that was not you, choose a new one now and tell us.",
    ),
    "message.posted": Kind(
        words="Somebody wrote to me",
        says="Somebody wrote to you",
        why="It was written to you.",
        icon="rooms",
        mails=True,
        pushes=True,
        is_personal=True,
        gathers=True,
    ),
    "rsvp.promoted": Kind(
        words="A seat came free for me",
        says="A seat came free for you",
        why="You waited for a seat.",
        icon="meetups",
        mails=True,
        pushes=True,
        can_wait=False,
    ),
    "rsvp.offered": Kind(
        words="A seat is held for me",
        says="A seat is held for you",
        why="You waited for a seat.",
        icon="meetups",
        mails=True,
        pushes=True,
        can_wait=False,
    ),
    "rsvp.lapsed": Kind(words="A seat that was held for me went on", why="You waited for a seat.", icon="meetups"),
    "seat.opened": Kind(
        words="A seat is free shortly before the start",
        says="A seat is free shortly before the start",
        why="You waited for a seat.",
        icon="meetups",
        mails=True,
        can_wait=False,
    ),
    "seat.released": Kind(words="My seat went on to somebody else", why=ANSWERED, icon="meetups"),
    "reminder.2880": Kind(words="A date of mine is in two days", why=ANSWERED, icon="clock", urgency=Priority.TIMED),
    "reminder.1440": Kind(
        words="A date of mine is in a day",
        says="A date of yours is in a day",
        why=ANSWERED,
        icon="clock",
        mails=True,
        urgency=Priority.TIMED,
        can_wait=False,
    ),
    "reminder.120": Kind(
        words="A date of mine is in two hours",
        says="A date of yours is in two hours",
        why=ANSWERED,
        icon="clock",
        pushes=True,
        urgency=Priority.TIMED,
        can_wait=False,
    ),
    "reminder.60": Kind(
        words="A date of mine is in an hour",
        says="A date of yours is in an hour",
        why=ANSWERED,
        icon="clock",
        pushes=True,
        urgency=Priority.TIMED,
        can_wait=False,
    ),
    "host.changed": Kind(words="I host a meetup", why="You host it.", icon="meetups", mails=True),
    "rsvp.waitlisted": Kind(words="I am in line for a seat", why=ANSWERED, icon="meetups"),
    "rsvp.confirmed": Kind(words="My answer is saved", why=ANSWERED, icon="meetups"),
    "meetup.posted": Kind(words="A meetup was posted", why=COMES_TO_ALL, icon="meetups", urgency=Priority.DIGEST),
    "occurrence.rescheduled": Kind(
        words="A date I answered has moved",
        says="A date you answered has moved",
        why=ANSWERED,
        icon="meetups",
        mails=True,
        pushes=True,
        can_wait=False,
    ),
    "occurrence.cancelled": Kind(
        words="A date I answered is cancelled",
        says="A date you answered is cancelled",
        why=ANSWERED,
        icon="meetups",
        mails=True,
        pushes=True,
        can_wait=False,
    ),
    "buddy.suggested": Kind(
        words="Somebody is suggested as my buddy",
        says="A suggestion is waiting",
        why="You look for a buddy.",
        icon="buddy",
        mails=True,
    ),
    "buddy.matched": Kind(
        words="I have a buddy", says="You both said yes", why=PAIRED, icon="buddy", mails=True, pushes=True
    ),
    "buddy.reminded": Kind(
        words="A suggestion still waits for my answer", why="You look for a buddy.", icon="buddy", mails=True
    ),
    "buddy.superseded": Kind(words="A suggestion is no longer open", why="You look for a buddy.", icon="buddy"),
    "pairing.prompted": Kind(words="A line to my buddy is enough", why=PAIRED, icon="buddy"),
    "pairing.asked": Kind(words="I am asked how it goes with my buddy", why=PAIRED, icon="buddy", mails=True),
    "pairing.phones_shared": Kind(words="My buddy and I share our numbers", why=PAIRED, icon="buddy"),
    "standin.offered": Kind(words="My buddy cannot today", why=PAIRED, icon="buddy", mails=True),
    "standin.wanted": Kind(
        words="Somebody could use me for a day", why="You offered to be there for a day.", icon="buddy", mails=True
    ),
    "standin.claimed": Kind(words="Somebody is there for me today", why=PAIRED, icon="buddy", mails=True),
    "pairing.ended": Kind(words="A pairing has ended", why=PAIRED, icon="buddy"),
    "pairing.flagged": Kind(
        words="Somebody asked for a coordinator",
        says="A task is waiting",
        why=COORDINATES,
        icon="flag",
        mails=True,
        pushes=True,
        for_staff=True,
    ),
    "mentor.asked": Kind(words="Somebody offers to help", why=COORDINATES, icon="buddy", for_staff=True),
    "mentor.approved": Kind(
        words="A coordinator has said yes to my offer", why="You offered to help.", icon="buddy", mails=True
    ),
    "checkin.asked": Kind(
        words="How was today?",
        says="A question waits for you",
        why="You chose when you are asked.",
        icon="edit",
        pushes=True,
        urgency=Priority.TIMED,
    ),
    "checkin.nudged": Kind(
        words="A gentle word when I have said nothing for a while",
        says="We thought of you",
        why="You chose when you are asked.",
        icon="edit",
        mails=True,
        pushes=True,
        urgency=Priority.TIMED,
    ),
    "quiet.noticed": Kind(
        words="I am quieter than usual",
        says="We thought of you",
        why="You wanted it noticed.",
        icon="moon",
        mails=True,
        urgency=Priority.TIMED,
    ),
    "quiet.told": Kind(
        words="My buddy is quieter than usual for weeks",
        says="A line may do good",
        why="They wanted you to know.",
        icon="buddy",
        mails=True,
        urgency=Priority.TIMED,
    ),
    "hardhour.begun": Kind(
        words="Something I planned for begins",
        says="Something you planned for now",
        why="You planned for it.",
        icon="clock",
        pushes=True,
        urgency=Priority.TIMED,
        can_wait=False,
    ),
    "checkin.recorded": Kind(words="My buddy shows me how a day was", why=PAIRED, icon="edit"),
    "checkin.missed": Kind(
        words="My buddy is quieter than usual",
        says="A line may do good",
        why="They wanted you to know.",
        icon="buddy",
        mails=True,
        urgency=Priority.TIMED,
    ),
    "coordinator.asked": Kind(
        words="Somebody would like to hear from a coordinator",
        says="A task is waiting",
        why=COORDINATES,
        icon="person",
        mails=True,
        pushes=True,
        for_staff=True,
    ),
    "sanction.imposed": Kind(
        words="A limit on my account",
        why="It is your account.",
        icon="lock",
        is_security=True,
        reaches_suspended=True,
        mail_words="Something was decided about your account. The link tells what, why and for how long, and "
        "lets you disagree.",
    ),
    "sanction.lifted": Kind(words="A limit on my account ended", why="It is your account.", icon="lock", mails=True),
    "sanction.ended": Kind(words="A limit on my account is over", why="It is your account.", icon="lock", mails=True),
    "appeal.decided": Kind(
        words="An answer to what I disagreed with",
        why="It is your account.",
        icon="lock",
        is_security=True,
        reaches_suspended=True,
        mail_words="What you wrote was read and answered. The link has the answer.",
    ),
    "sanction.appealed": Kind(
        words="Somebody disagrees with a decision", why=COORDINATES, icon="flag", mails=True, for_staff=True
    ),
    "case.overdue": Kind(words="A report waits for too long", why=COORDINATES, icon="flag", mails=True, for_staff=True),
    "report.handled": Kind(words="What came of my report", why="You reported something.", icon="flag"),
    "evidence.opened": Kind(
        words="A coordinator opened messages", why="You are in that room.", icon="lock", mails=True
    ),
    "message.reported": Kind(
        words="A message was reported",
        says="A task is waiting",
        why=COORDINATES,
        icon="flag",
        mails=True,
        pushes=True,
        for_staff=True,
    ),
    "member.joined": Kind(
        words="Somebody has joined", why=COORDINATES, icon="person", urgency=Priority.DIGEST, for_staff=True
    ),
    "reachout.asked": Kind(
        words="Somebody could use me now",
        says="Somebody could use you now",
        why="You are their buddy, on call, or said that you are free.",
        icon="lamp",
        mails=True,
        pushes=True,
        urgency=Priority.CRISIS,
        can_wait=False,
    ),
    "reachout.waiting": Kind(
        words="Somebody waits for a coordinator",
        says="A task is waiting",
        why=COORDINATES,
        icon="lamp",
        mails=True,
        pushes=True,
        can_wait=False,
        for_staff=True,
    ),
    "reachout.claimed": Kind(
        words="Somebody is here for me",
        says="Somebody is here",
        why=ASKED_FOR_SOMEBODY,
        icon="lamp",
        mails=True,
        pushes=True,
        urgency=Priority.CRISIS,
        can_wait=False,
    ),
    "reachout.unanswered": Kind(
        words="Nobody was free for me",
        says="Open it for what you can do now",
        why=ASKED_FOR_SOMEBODY,
        icon="lamp",
        mails=True,
        pushes=True,
        urgency=Priority.CRISIS,
        can_wait=False,
    ),
    "reachout.reopened": Kind(
        words="Somebody else is asked for me",
        says="We go on asking",
        why=ASKED_FOR_SOMEBODY,
        icon="lamp",
        pushes=True,
        urgency=Priority.CRISIS,
        can_wait=False,
    ),
    "reachout.thanked": Kind(words="Somebody else was there first", why="You were asked, too.", icon="lamp"),
    "reachout.closed": Kind(words="One question after somebody was there", why="You were one of the two.", icon="lamp"),
    "first_week.begun": Kind(words="Somebody new to welcome", why="You welcome people.", icon="person", mails=True),
    "first_week.welcomed": Kind(words="Somebody says hello to me", why="You are new here.", icon="person", mails=True),
    "first_week.door_wanted": Kind(
        words="Somebody new comes to a date of mine", why="You go to that date.", icon="meetups"
    ),
    "first_week.door_again": Kind(
        words="Somebody else is asked to wait for me at the door",
        why="You asked to be met.",
        icon="meetups",
        mails=True,
    ),
    "first_week.door_closed": Kind(
        words="I need not wait at a door any more",
        why="You were to wait for somebody there.",
        icon="meetups",
        mails=True,
    ),
    "first_week.door_taken": Kind(
        words="Somebody waits for me at the door", why="You asked to be met.", icon="meetups", mails=True
    ),
    "shift.changed": Kind(words="A shift changes hands", why=COORDINATES, icon="repeat", mails=True, for_staff=True),
    "shift.hand_over_due": Kind(
        words="My shift ends soon", why=COORDINATES, icon="clock", urgency=Priority.TIMED, for_staff=True
    ),
    "shift.next": Kind(
        words="My shift begins soon", why=COORDINATES, icon="clock", pushes=True, urgency=Priority.TIMED, for_staff=True
    ),
    "invitation.undelivered": Kind(
        words="An invitation did not arrive", why=COORDINATES, icon="mail", urgency=Priority.DIGEST, for_staff=True
    ),
    "address.refused": Kind(
        words="Mail does not reach somebody", why=COORDINATES, icon="mail", urgency=Priority.DIGEST, for_staff=True
    ),
}
DIGEST = "digest"
KINDS[DIGEST] = Kind(words="The daily mail", why="You asked for one mail a day.", mails=True, urgency=Priority.DIGEST)
UNNAMED = Kind(words="Something new")


def kind_of(name: str) -> Kind:
    """A kind by its name; one that is not in the table comes in the app only."""
    return KINDS.get(name, UNNAMED)


def switchable() -> dict[str, Kind]:
    """The kinds that a member may switch on and off."""
    return {name: kind for name, kind in KINDS.items() if not kind.is_security}
