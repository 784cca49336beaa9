"""Half a year of weekly runs: who could have somebody has, and whoever waited longer came first."""

import random
from collections import deque
from dataclasses import replace
from datetime import date, timedelta
from statistics import median, quantiles

import pytest

from community.buddies.matching import compatibility
from community.buddies.matching.candidate import Person, Population
from community.buddies.matching.proposal import Proposal, propose
from tests.buddies.test_matching_populations import crowd
from tests.support.proof_output import print_figure

MONDAY = date(2026, 11, 23)
SIZES = [(90, 6), pytest.param((500, 26), marks=pytest.mark.prove, id="B9-500-people-26-weeks")]
ACCEPTS = 0.8
CHURN = 0.05


class Weeks:
    """People who come and go, are paired, decline, and look for somebody again."""

    def __init__(self, people: int, seed: int) -> None:
        self.chance = random.Random(seed)
        self.people: dict[str, Person] = {}
        self.together: dict[frozenset[str], int] = {}  # until which week
        self.resting: dict[frozenset[str], int] = {}
        self.tried: set[frozenset[str]] = set()
        self.waits: list[int] = []
        self.came = 0
        self.week = 0
        for _ in range(people):
            self._somebody_comes()

    def _somebody_comes(self) -> None:
        [somebody] = crowd(self.chance, 1).people
        self.came += 1
        name = f"member-{self.came:05}"
        self.people[name] = replace(somebody, id=name, capacity=max(1, somebody.capacity), waiting_days=0, paused=False)

    def _churn(self) -> None:
        for name in self.chance.sample(sorted(self.people), round(CHURN * len(self.people))):
            del self.people[name]
            self._somebody_comes()
        self.together = {pair: end for pair, end in self.together.items() if pair <= self.people.keys()}

    def population(self) -> Population:
        """Who looks for somebody this week, with the places they have left."""
        for pair, end in list(self.together.items()):
            if end <= self.week:
                del self.together[pair]
                self.tried.add(pair)
                for name in pair:
                    self.people[name] = replace(self.people[name], waiting_days=0)
        taken = [name for pair in self.together for name in pair]
        people = tuple(
            replace(one, capacity=max(0, (one.capacity if one.role == "mentor" else 1) - taken.count(one.id)))
            for one in self.people.values()
        )
        forbidden = {*self.together, *(pair for pair, end in self.resting.items() if end > self.week)}
        return Population(people=people, forbidden=frozenset(forbidden), tried=frozenset(self.tried - forbidden))

    def live(self, proposal: Proposal) -> None:
        """Both answer; a week passes."""
        for pair in proposal.pairs:
            two = frozenset((pair.a, pair.b))
            if all(self.chance.random() < ACCEPTS for _ in two):
                self.together[two] = self.week + self.chance.randint(3, 20)
                self.waits += [self.people[name].waiting_days for name in two]
            else:
                self.resting[two] = self.week + 26
        paired = {name for pair in self.together for name in pair}
        for name, one in self.people.items():
            self.people[name] = replace(one, waiting_days=0 if name in paired else one.waiting_days + 7)
        self.week += 1
        self._churn()


@pytest.mark.parametrize("size", SIZES)
def test_week_after_week_nobody_is_passed_over(size: tuple[int, int]) -> None:  # B9
    people, runs = size
    weeks = Weeks(people, seed=9)
    left_waiting: list[int] = []
    for _ in range(runs):
        population = weeks.population()
        proposal = propose(population, seed=weeks.week, on=MONDAY + timedelta(weeks=weeks.week))
        assert_nobody_free_fits_somebody_free(population, proposal, weeks.week)
        assert_who_waited_longer_comes_first(population, proposal, weeks.week)
        left_waiting += [
            one.waiting_days for one in population.people if one.id in {left.id for left in proposal.unmatched}
        ]
        weeks.live(proposal)
    assert len(weeks.waits) > people / 2
    tenths = quantiles(weeks.waits, n=10)
    print_figure(
        "B9",
        f"{people} people, {runs} weekly runs, {weeks.came} came: waited {median(weeks.waits):.0f} days in the middle, "
        f"{tenths[8]:.0f} for one in ten, {max(weeks.waits)} at most; who stayed without waited "
        f"{median(left_waiting):.0f} in the middle; nobody who could have had somebody",
    )


def free_places(population: Population, proposal: Proposal) -> dict[str, int]:
    """The places that a run left open."""
    free = {one.id: one.places for one in population.people}
    for pair in proposal.pairs:
        free[pair.a] -= 1
        free[pair.b] -= 1
    return free


def may_be(population: Population, one: Person, other: Person, week: int) -> bool:
    """Whether nothing keeps two apart."""
    if not compatibility.roles_fit(one, other) or frozenset((one.id, other.id)) in population.forbidden:
        return False
    return compatibility.hard_conflict(one, other, on=MONDAY + timedelta(weeks=week)) is None


def assert_nobody_free_fits_somebody_free(population: Population, proposal: Proposal, week: int) -> None:
    free = free_places(population, proposal)
    pairs = {frozenset((pair.a, pair.b)) for pair in proposal.pairs}
    looking = [one for one in population.people if free[one.id] > 0]
    for number, one in enumerate(looking):
        for other in looking[number + 1 :]:
            fits = may_be(population, one, other, week) and frozenset((one.id, other.id)) not in pairs
            assert not fits, f"week {week}: {one.id} and {other.id} could have had each other"


def assert_who_waited_longer_comes_first(population: Population, proposal: Proposal, week: int) -> None:
    """Nobody who stayed without could take the place of somebody who waited less, over whatever chain of changes."""
    people = {one.id: one for one in population.people}
    partners: dict[str, list[str]] = {}
    for pair in proposal.pairs:
        partners.setdefault(pair.a, []).append(pair.b)
        partners.setdefault(pair.b, []).append(pair.a)
    for left in proposal.unmatched:
        single = people[left.id]
        if not single.places or single.role == "mentor":
            continue
        others = [one for one in population.people if one.id in partners and compatibility.roles_fit(single, one)]
        reached, queue = {single.id}, deque([single])
        while queue:
            at = queue.popleft()
            for other in others:
                if other.id in reached or not may_be(population, at, other, week):
                    continue
                reached.add(other.id)
                for displaced in partners[other.id]:
                    if displaced in reached:
                        continue
                    assert min(people[displaced].waiting_days, 365) >= min(single.waiting_days, 365), (
                        f"week {week}: {displaced} has {other.id}, {single.id} waited longer"
                    )
                    if single.role == "seeking":  # among peers a longer chain may bite its own tail
                        reached.add(displaced)
                        queue.append(people[displaced])
