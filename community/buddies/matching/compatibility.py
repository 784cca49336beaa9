"""Compatibility of two people: the hard rules, the integer score, and the reasons that both may read.

Pure, one pair at a time. `scoring` does it for whole populations at once. Tests hold the two to equal results.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from community.buddies.matching.candidate import LIFE_STAGES, Person, Population, Window, week

WEIGHTS_VERSION = "2026-11.3"

# Points. How close two people felt went with family life, spirituality, age and pathway, not with substance, gender or
# race (Tillson & Lewis 2024, n = 100). So these four have weight, and the substance is not even asked.
BASE = 100
PATHWAY, MAX_PATHWAYS = 100, 2
HALF_HOUR, MAX_HALF_HOURS = 10, 20
INTEREST, MAX_INTERESTS = 30, 4
FURTHER_LANGUAGE, MAX_FURTHER_LANGUAGES = 20, 2
WISH, MAX_WISHES = 40, 2  # for each side's wishes
SAME_STAGE, NEXT_STAGE = 60, 30
FAMILY, MAX_FAMILIES = 30, 2
SAME_WORK = 40
SAME_SPIRITUALITY = 60
SAME_AREA = 40
TRIED_BEFORE = -90
MAX_POINTS = 1080
MINIMUM_HALF_HOURS = 2

REASONS = {
    "same_pathway": "Similar things helped you both",
    "same_time_of_life": "You’re at a similar time of life",
    "free_weekday_evenings": "You’re both free on weekday evenings",
    "free_weekday_days": "You’re both free on weekdays during the day",
    "free_weekends": "You’re both free on weekends",
    "similar_weeks": "Your weeks look alike",
    "shared_interest": "You share an interest",
    "shared_interests": "You share several interests",
    "shared_language": "You speak the same language",
    "shared_languages": "You speak several of the same languages",
}

UNMATCHED = {
    "paused": "Paused, or resting after a pairing",
    "awaiting_approval": "Waiting for a coordinator to approve them as a mentor",
    "held_back": "Not suggested to anyone now: a restriction, an open report, or their first two weeks here",
    "own_places_taken": "Already has a buddy or a suggestion",
    "profile_incomplete": "Hasn’t given languages or free times yet",
    "nobody_to_match": "No one available on the other side",
    "no_common_language": "No one free speaks their language",
    "no_overlapping_hours": "No one free shares an hour a week with them",
    "own_rule": "Their own limits leave no one",
    "no_match_now": "No one fits right now",
    "all_places_taken": "Everyone who fits got a buddy in this run",
}

OWN_RULES = {
    "languages": "more languages",
    "hours": "more free times",
    "gender": "no limit on gender",
    "pathways": "no limit on recovery approach",
    "months": "fewer months in recovery",
    "place": "no limit on how they meet",
}

_EVENINGS = frozenset[Window]((day, 17 * 60, 22 * 60) for day in range(5))
_DAYS = frozenset[Window]((day, 7 * 60, 17 * 60) for day in range(5))
_WEEKENDS = frozenset[Window]((day, 0, 24 * 60) for day in (5, 6))
_TIMES = {"free_weekday_evenings": _EVENINGS, "free_weekday_days": _DAYS, "free_weekends": _WEEKENDS}


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A person with whom a member could be paired."""

    id: str
    score: int
    reasons: tuple[str, ...]
    waiting_days: int


def roles_fit(one: Person, other: Person) -> bool:
    """Return whether the roles allow the pair: mentors with seekers, peers with peers."""
    return {one.role, other.role} == {"mentor", "seeking"} or one.role == other.role == "peer"


def hard_conflict(one: Person, other: Person, *, on: date) -> str | None:
    """Return the first hard rule that forbids the pair, seen from the first person, or None when they may be paired.

    `no_common_language`, `no_overlapping_hours` (fewer than 60 minutes a week in common), `own_rule` (the first
    person's own), `other_rule`. Ignores roles, places and forbidden pairs.
    """
    if not one.languages & other.languages:
        return "no_common_language"
    if _shared_time(one, other, on).bit_count() < MINIMUM_HALF_HOURS:
        return "no_overlapping_hours"
    if not one.accepts(other):
        return "own_rule"
    return None if other.accepts(one) else "other_rule"


def score(one: Person, other: Person, *, on: date, tried: bool = False) -> int:
    """Return how well two people fit, 10 to 1,080 points. Symmetric."""
    return (
        BASE
        + PATHWAY * min(len(one.pathways & other.pathways), MAX_PATHWAYS)
        + HALF_HOUR * min(_shared_time(one, other, on).bit_count(), MAX_HALF_HOURS)
        + INTEREST * min(len(one.interests & other.interests), MAX_INTERESTS)
        + FURTHER_LANGUAGE * min(max(len(one.languages & other.languages) - 1, 0), MAX_FURTHER_LANGUAGES)
        + WISH * (min(_wishes_met(one, other), MAX_WISHES) + min(_wishes_met(other, one), MAX_WISHES))
        + _stages_worth(one, other)
        + FAMILY * min(len(one.family & other.family), MAX_FAMILIES)
        + SAME_WORK * (one.work == other.work != "")
        + SAME_SPIRITUALITY * (one.spirituality == other.spirituality != "")
        + SAME_AREA * (one.area == other.area != "")
        + TRIED_BEFORE * tried
    )


def reasons(one: Person, other: Person, *, on: date) -> tuple[str, ...]:
    """Return up to three codes of REASONS, equal for both, made only from what both said about themselves."""
    shared = _shared_time(one, other, on)
    interests = len(one.interests & other.interests)
    languages = len(one.languages & other.languages)
    found = ["same_pathway"] if one.pathways & other.pathways else []
    found += ["same_time_of_life"] if one.life_stage == other.life_stage != "" else []
    found += [code for code in _TIMES if _in_both_times(shared, code, one, other, on) >= MINIMUM_HALF_HOURS][:1]
    found += ["similar_weeks"] if one.work == other.work != "" or one.family & other.family else []
    found += ["shared_interests"] if interests > 1 else ["shared_interest"] if interests else []
    found += ["shared_languages"] if languages > 1 else ["shared_language"] if languages else []
    return tuple(found[:3])


def candidates_for(member_id: str, population: Population, *, on: date) -> tuple[Candidate, ...]:
    """Return everyone with whom this member could be paired now, longest waiting first, then best score, then id.

    For the next suggestion after a decline or an expiry. Plain Python, about 30 ms for 2,500 people, no solver.
    """
    people = {person.id: person for person in population.people}
    member = people.get(member_id)
    if member is None or not member.places:
        return ()
    return tuple(
        sorted(
            _possible(member, population, on), key=lambda found: (-min(found.waiting_days, 365), -found.score, found.id)
        )
    )


def _possible(member: Person, population: Population, on: date) -> Iterator[Candidate]:
    for other in population.people:
        pair = frozenset((member.id, other.id))
        if other.id == member.id or not other.places or not roles_fit(member, other) or pair in population.forbidden:
            continue
        if hard_conflict(member, other, on=on) is None:
            points = score(member, other, on=on, tried=pair in population.tried)
            yield Candidate(
                id=other.id, score=points, reasons=reasons(member, other, on=on), waiting_days=other.waiting_days
            )


def _shared_time(one: Person, other: Person, on: date) -> int:
    return week(one.availability, one.time_zone, on) & week(other.availability, other.time_zone, on)


def _in_both_times(shared: int, code: str, one: Person, other: Person, on: date) -> int:
    """Count the half hours in common that are, for example, a weekday evening on both clocks."""
    return (shared & week(_TIMES[code], one.time_zone, on) & week(_TIMES[code], other.time_zone, on)).bit_count()


def _stages_worth(one: Person, other: Person) -> int:
    if not one.life_stage or not other.life_stage:
        return 0
    distance = abs(LIFE_STAGES.index(one.life_stage) - LIFE_STAGES.index(other.life_stage))
    return (SAME_STAGE, NEXT_STAGE)[distance] if distance < 2 else 0


def _wishes_met(one: Person, other: Person) -> int:
    wishes = one.prefers
    return (
        len(wishes.pathways & other.pathways)
        + len(wishes.interests & other.interests)
        + len(wishes.languages & other.languages)
    )
