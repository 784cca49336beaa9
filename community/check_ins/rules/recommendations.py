"""Choice of recommendations after a check-in: by the answers, by what is available, and by what helped this member."""

from collections.abc import Mapping
from dataclasses import dataclass

from community.check_ins.rules.check_ins import Answers
from community.core.crisis_keywords import asks_for_help

BUDDY = "buddy"
MEETUP = "meetup"
BREATHE = "breathe"
COORDINATOR = "coordinator"
REACH_OUT = "reach_out"
ROOM = "room"
KINDS = (REACH_OUT, BUDDY, MEETUP, BREATHE, COORDINATOR, ROOM)  # in this order where two fit as well
MAX_RECOMMENDATIONS = 3

STRONG_CRAVING = 7
SOME_CRAVING = 4
SOON_HOURS = 12
MAX_HELPED = 3.0
MAX_NOT_HELPED = 2.0


@dataclass(frozen=True)
class AvailableSupport:
    """Support available to a member: a buddy, the hours until a meetup that they could go to, a room."""

    has_buddy: bool = False
    meetup_in_hours: float | None = None
    has_room: bool = False


@dataclass(frozen=True)
class HelpfulCounts:
    """Counts of how often a kind helped a member, and how often it did not."""

    yes: int = 0
    no: int = 0

    @property
    def weight(self) -> float:
        """Return how far the kind moves up or down. A kind that did not help once is not removed for good."""
        return min(float(self.yes), MAX_HELPED) - min(self.no / 2, MAX_NOT_HELPED)


def need_level(answers: Answers) -> int:
    """Return how much support a member needs, from 0 to 2, by their numbers or their text.

    At 2 they should not be alone with it.
    """
    if asks_for_help(f"{answers.intention}\n{answers.note}"):
        return 2
    if (answers.craving or 0) >= STRONG_CRAVING or answers.mood == 1:
        return 2
    if (answers.craving or 0) >= SOME_CRAVING or answers.mood == 2 or answers.connection == 1:
        return 1
    return 0


def recommend(answers: Answers, around: AvailableSupport, helped: Mapping[str, HelpfulCounts]) -> tuple[str, ...]:
    """Return the one to three kinds that fit best, the best first.

    A hard day always includes a person, whatever was said to have helped. At the highest need that is a reach-out.
    Breathing is always available.
    """
    need = need_level(answers)
    scores = _scores(need, answers, around)
    tuned = {kind: score + helped.get(kind, HelpfulCounts()).weight for kind, score in scores.items()}
    ranked = sorted(tuned, key=lambda kind: (-tuned[kind], KINDS.index(kind)))
    if need == 2:
        ranked = [REACH_OUT, *(kind for kind in ranked if kind != REACH_OUT)]
    return tuple(ranked[:MAX_RECOMMENDATIONS])


def _scores(need: int, answers: Answers, around: AvailableSupport) -> dict[str, float]:
    lonely = 2 if (answers.connection or 5) <= 2 else 0
    tired = 1 if (answers.sleep or 5) <= 2 else 0
    scores: dict[str, float] = {BREATHE: 2 + need + tired}
    if around.has_buddy:
        scores[BUDDY] = 5 + need + lonely
    if around.meetup_in_hours is not None:
        scores[MEETUP] = (4 if around.meetup_in_hours <= SOON_HOURS else 2) + lonely
    if around.has_room and need < 2:
        scores[ROOM] = 2 + lonely / 2
    if need or not around.has_buddy:
        scores[COORDINATOR] = 1.5 + need
    if need:
        scores[REACH_OUT] = 1 + 4 * (need - 1)
    return scores
