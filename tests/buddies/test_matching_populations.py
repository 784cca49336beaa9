"""Whole populations: no rule is ever broken, nobody is dropped without a word, no reason tells what was kept back."""

import json
import random
import subprocess
import sys
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from community.buddies.matching import compatibility
from community.buddies.matching.candidate import (
    FAMILIES,
    GENDERS,
    LIFE_STAGES,
    SPIRITUALITIES,
    WORKS,
    Person,
    Population,
    Tags,
    week,
)
from community.buddies.matching.candidate_edges import candidates
from community.buddies.matching.exact_solver import bipartite, general
from community.buddies.matching.feature_matrix import sides
from community.buddies.matching.objective import Edges
from community.buddies.matching.profile_json import person_from_json, person_to_json, request_from_json, request_to_json
from community.buddies.matching.proposal import Proposal, _solved, inputs_hash, propose
from community.buddies.matching.solver_process import SolverFailed, solve_in_process

MONDAY = date(2026, 11, 23)
COUNTS = [300, pytest.param(10_000, marks=[pytest.mark.prove, pytest.mark.timeout(1800)], id="B4-10000")]
EVENINGS = frozenset((day, 18 * 60, 21 * 60) for day in range(5))
LANGUAGES = ("en", "es", "fr", "ase")
PATHWAYS = ("twelve steps", "secular", "faith", "medication")
INTERESTS = ("hiking", "chess", "cooking", "sports", "music", "reading")
ZONES = ("UTC", "America/New_York", "America/St_Johns", "Asia/Kolkata", "Pacific/Auckland")


def somebody(name: str, role: Any = "peer", **answers: Any) -> Person:
    """A person whom everybody of the same defaults fits."""
    common: dict[str, Any] = {"languages": frozenset({"en"}), "availability": EVENINGS}
    return Person(id=name, role=role, **{**common, **answers})


def crowd(chance: random.Random, people: int) -> Population:
    """People with random answers and rules, and pairs that must not be."""

    def some(words: tuple[str, ...], most: int) -> frozenset[str]:
        return frozenset(chance.sample(words, chance.randint(0, min(most, len(words)))))

    def windows() -> frozenset[tuple[int, int, int]]:
        starts = [(chance.randint(0, 6), chance.randrange(0, 1440, 30)) for _ in range(chance.randint(0, 12))]
        return frozenset((day, start, (start + chance.choice([60, 180, 300])) % 1440) for day, start in starts)

    everybody = tuple(
        Person(
            id=f"member-{number:03}",
            role=chance.choice(["seeking", "seeking", "mentor", "peer", "peer"]),
            capacity=chance.choice([0, 1, 1, 1, 1, 2, 3]),
            languages=some(LANGUAGES, 2) | (frozenset({"en"}) if chance.random() < 0.7 else frozenset()),
            pathways=some(PATHWAYS, 2),
            interests=some(INTERESTS, 4),
            availability=windows(),
            time_zone=chance.choice(ZONES),
            gender=chance.choice(["", *GENDERS]),
            buddy_gender=chance.choice([*["any"] * 12, *GENDERS]),
            prefers=Tags(pathways=some(PATHWAYS, 1), interests=some(INTERESTS, 2), languages=some(LANGUAGES, 1)),
            excludes=Tags(
                pathways=some(PATHWAYS, 1) if chance.random() < 0.15 else frozenset(),
                genders=some(GENDERS, 1) if chance.random() < 0.15 else frozenset(),
            ),
            life_stage=chance.choice(["", *LIFE_STAGES]),
            family=some(FAMILIES, 2),
            work=chance.choice(["", *WORKS]),
            spirituality=chance.choice(["", *SPIRITUALITIES]),
            along_months=chance.choice([-1, 3, 12, 40]),
            mentor_months=chance.choice([0, 0, 0, 12]),
            meets=chance.choice(["any", "any", "any", "online", "in_person"]),
            area=chance.choice(["", "north", "south"]),
            waiting_days=chance.choice([0, 7, 14, 200, 500]),
            paused=chance.random() < 0.1,
        )
        for number in range(people)
    )
    ids = [person.id for person in everybody]
    pairs = [frozenset(chance.sample(ids, 2)) for _ in range(people)] if people > 1 else []
    return Population(
        people=everybody, forbidden=frozenset(pairs[: people // 2]), tried=frozenset(pairs[people // 2 + people % 2 :])
    )


def minutes_in_common(one: Person, other: Person) -> int:
    return (
        30
        * (
            week(one.availability, one.time_zone, MONDAY) & week(other.availability, other.time_zone, MONDAY)
        ).bit_count()
    )


def assert_no_rule_is_broken(population: Population, proposal: Proposal) -> None:
    """Rules written out here once more, without the code that keeps them."""
    people = {person.id: person for person in population.people}
    given: dict[str, int] = {}
    for pair in proposal.pairs:
        one, other = people[pair.a], people[pair.b]
        assert frozenset((pair.a, pair.b)) not in population.forbidden
        assert (one.role, other.role) in [("seeking", "mentor"), ("peer", "peer")]
        assert one.languages & other.languages
        assert minutes_in_common(one, other) >= 60
        for me, you in ((one, other), (other, one)):
            assert not me.paused
            assert me.buddy_gender in ("any", you.gender)
            assert not me.excludes.genders or (you.gender and you.gender not in me.excludes.genders)
            assert not me.excludes.pathways & you.pathways
            assert {me.meets, you.meets} != {"online", "in_person"}
            assert me.meets != "in_person" or me.area == you.area != ""
            given[me.id] = given.get(me.id, 0) + 1
        assert one.role == "peer" or not one.mentor_months or other.along_months >= one.mentor_months
    assert all(
        times <= (people[name].capacity if people[name].role == "mentor" else 1) for name, times in given.items()
    )
    named = [*given, *(person.id for person in proposal.unmatched)]
    assert sorted(named) == sorted(people)


@pytest.mark.parametrize("populations", COUNTS)
def test_no_hard_rule_is_broken_and_nobody_is_dropped(populations):  # B4, B6, B7
    matched = 0
    for seed in range(populations):
        chance = random.Random(seed)
        population = crowd(chance, chance.randint(0, 24))
        proposal = propose(population, seed=seed, on=MONDAY)
        matched += proposal.cardinality

        assert_no_rule_is_broken(population, proposal)
        assert {person.reason for person in proposal.unmatched} <= set(compatibility.UNMATCHED)
    assert matched > populations  # rules that forbid everything would prove nothing
    print(f"B4: no rule broken in {populations} populations, {matched} pairs")


def test_the_proposal_is_the_best_of_all_allowed_pairs():  # B5
    for seed in range(60):
        population = crowd(random.Random(seed), 26)
        proposal = propose(population, seed=seed, on=MONDAY)
        pairs, waited, weight = 0, 0, 0
        for roles in (("seeking", "mentor"), ("peer", "peer")):
            groups = [[person for person in population.people if person.role == role] for role in roles]
            edges = Edges.of(
                [
                    (
                        a,
                        b,
                        compatibility.score(
                            one, other, on=MONDAY, tried=frozenset((one.id, other.id)) in population.tried
                        ),
                    )
                    for a, one in enumerate(groups[0])
                    for b, other in enumerate(groups[1])
                    if (roles[0] == "seeking" or a < b)
                    and one.places
                    and other.places
                    and frozenset((one.id, other.id)) not in population.forbidden
                    and compatibility.hard_conflict(one, other, on=MONDAY) is None
                ]
            )
            days = [[person.waiting_days for person in group] for group in groups]
            places = [[person.places for person in group] for group in groups]
            best = (
                general(len(groups[0]), edges, waiting=days[0])
                if roles[0] == "peer"
                else bipartite(*places, edges, left_waiting=days[0], right_waiting=days[1])
            )
            pairs, waited, weight = pairs + best.cardinality, waited + best.waiting_days, weight + best.weight

        assert (proposal.cardinality, proposal.waiting_days, proposal.total_weight) == (pairs, waited, weight)
        assert proposal.bound == proposal.total_weight == sum(pair.score for pair in proposal.pairs)


def test_a_whole_population_is_scored_as_each_pair_is():
    population = crowd(random.Random(1), 90)
    one, other = sides(population.people[:60], population.people[60:], on=MONDAY)
    found = candidates(one, other, forbidden=population.forbidden, tried=population.tried, seed=1)

    expected = [
        (a, b, compatibility.score(left, right, on=MONDAY, tried=frozenset((left.id, right.id)) in population.tried))
        for a, left in enumerate(one.people)
        for b, right in enumerate(other.people)
        if compatibility.hard_conflict(left, right, on=MONDAY) is None
        and frozenset((left.id, right.id)) not in population.forbidden
    ]
    assert list(zip(found.a.tolist(), found.b.tolist(), found.score.tolist(), strict=True)) == expected
    assert (
        0 < min(score for _, _, score in expected) <= max(score for _, _, score in expected) <= compatibility.MAX_POINTS
    )


def test_long_lists_keep_everybodys_best_and_leave_nobody_over():
    population = crowd(random.Random(2), 700)
    people = [person for person in population.people if person.places]
    (peers,) = sides([person for person in people if person.role == "peer"], on=MONDAY)
    every = candidates(peers, peers, forbidden=population.forbidden, tried=(), seed=1)
    short = candidates(peers, peers, forbidden=population.forbidden, tried=(), seed=1, keep_all=0)
    scores = dict(zip(zip(every.a.tolist(), every.b.tolist(), strict=True), every.score.tolist(), strict=True))

    kept = dict(zip(zip(short.a.tolist(), short.b.tolist(), strict=True), short.score.tolist(), strict=True))
    assert kept.items() < scores.items()
    for person in range(len(peers.people)):
        mine = sorted((score for pair, score in scores.items() if person in pair), reverse=True)
        held = sorted((score for pair, score in kept.items() if person in pair), reverse=True)
        assert held[:50] == mine[:50]

    groups = [[person for person in people if person.role == role] for role in ("seeking", "mentor")]
    left, right = sides(*groups, on=MONDAY)
    whole = _solved(left, right, population, 1)
    kind = _solved(left, right, population, 1, keep_all=0)
    assert kind.found.cardinality == whole.found.cardinality


def test_the_same_seed_gives_the_same_pairs_whatever_the_order():
    population = crowd(random.Random(3), 60)
    turned = Population(
        people=population.people[::-1],
        forbidden=population.forbidden,
        tried=frozenset(sorted(population.tried, key=sorted)),
    )

    assert propose(population, seed=5, on=MONDAY) == propose(turned, seed=5, on=MONDAY)


def test_the_seed_decides_between_equals():
    population = Population(people=tuple(somebody(f"member-{number}") for number in range(8)))
    proposals = {propose(population, seed=seed, on=MONDAY).pairs for seed in range(-3, 9)}

    assert len(proposals) > 1
    assert {len(pairs) for pairs in proposals} == {4}


def test_the_hash_names_all_inputs():
    population = crowd(random.Random(3), 10)
    less = Population(people=population.people, forbidden=population.forbidden)
    hashes = [
        inputs_hash(population, seed=1, on=MONDAY),
        inputs_hash(population, seed=2, on=MONDAY),
        inputs_hash(population, seed=1, on=date(2026, 11, 24)),
        inputs_hash(less, seed=1, on=MONDAY),
    ]

    assert len(set(hashes)) == 4
    assert hashes[0] == inputs_hash(population, seed=1, on=MONDAY)


def test_a_declined_pair_is_not_proposed_again():  # B7
    ada, ben, cleo = somebody("ada"), somebody("ben"), somebody("cleo")
    declined = frozenset({frozenset({"ada", "ben"})})

    proposal = propose(Population(people=(ada, ben), forbidden=declined), seed=1, on=MONDAY)
    assert (proposal.pairs, {one.reason for one in proposal.unmatched}) == ((), {"no_match_now"})

    proposal = propose(Population(people=(ada, ben, cleo), forbidden=declined), seed=1, on=MONDAY)
    assert len(proposal.pairs) == 1
    assert (
        compatibility.candidates_for("ada", Population(people=(ada, ben, cleo), forbidden=declined), on=MONDAY)[0].id
        == "cleo"
    )


def test_the_unmatched_hear_what_each_answer_of_theirs_costs():  # B6
    """Without an answer there are as many candidates as everybody else's rules and the other answers leave."""
    dropped = {
        "languages": {"languages": frozenset(LANGUAGES)},
        "hours": {"availability": frozenset((day, 0, 1440) for day in range(7))},
        "gender": {"buddy_gender": "any", "excludes": Tags()},
        "pathways": {"excludes": Tags()},
        "months": {"mentor_months": 0},
        "place": {"meets": "any"},
    }
    told = 0
    for seed in range(20):
        population = crowd(random.Random(seed), 30)
        people = {person.id: person for person in population.people}
        proposal = propose(population, seed=seed, on=MONDAY)

        def candidates_of(me: Person, population: Population = population) -> int:
            return sum(
                compatibility.roles_fit(me, other)
                and other.places > 0
                and other.id != me.id
                and frozenset((me.id, other.id)) not in population.forbidden
                and compatibility.hard_conflict(me, other, on=MONDAY) is None
                for other in population.people
            )

        for one in proposal.unmatched:
            me = people[one.id]
            if not me.places or not me.languages or not me.availability:
                continue
            assert one.candidates == candidates_of(me)
            for name in ("months", "place"):
                without = candidates_of(replace(me, **dropped[name])) - one.candidates
                assert one.gains.get(name, 0) == without, (seed, one.id, name)
            if not me.excludes.genders:
                without = candidates_of(replace(me, **dropped["pathways"])) - one.candidates
                assert one.gains.get("pathways", 0) == without
            if not me.excludes.pathways:
                without = candidates_of(replace(me, **dropped["gender"])) - one.candidates
                assert one.gains.get("gender", 0) == without
            told += sum(one.gains.values())
    assert told > 100


@pytest.mark.parametrize(
    ("ada", "ben", "reasons"),
    [
        ({}, {"languages": frozenset({"es"})}, ("no_common_language", "no_common_language")),
        ({}, {"availability": frozenset({(6, 0, 60)})}, ("no_overlapping_hours", "no_overlapping_hours")),
        ({}, {"availability": frozenset()}, ("no_overlapping_hours", "profile_incomplete")),
        ({"languages": frozenset()}, {}, ("profile_incomplete", "no_common_language")),
        ({"buddy_gender": "woman"}, {"gender": "man"}, ("own_rule", "no_match_now")),
        ({"buddy_gender": "woman"}, {}, ("own_rule", "no_match_now")),
        ({"excludes": Tags(genders=frozenset({"man"}))}, {"gender": "man"}, ("own_rule", "no_match_now")),
        ({"excludes": Tags(genders=frozenset({"man"}))}, {}, ("own_rule", "no_match_now")),
        (
            {"excludes": Tags(pathways=frozenset({"faith"}))},
            {"pathways": frozenset({"faith"})},
            ("own_rule", "no_match_now"),
        ),
        ({"meets": "in_person", "area": "north"}, {"area": "south"}, ("own_rule", "no_match_now")),
        ({"meets": "in_person", "area": "north"}, {}, ("own_rule", "no_match_now")),
        ({"meets": "in_person", "area": "n"}, {"area": "n", "meets": "online"}, ("own_rule", "own_rule")),
        (
            {"role": "seeking", "mentor_months": 12},
            {"role": "mentor", "along_months": 11},
            ("own_rule", "no_match_now"),
        ),
        ({"role": "seeking", "mentor_months": 12}, {"role": "mentor"}, ("own_rule", "no_match_now")),
        ({"paused": True}, {}, ("paused", "nobody_to_match")),
        ({"capacity": 0}, {}, ("own_places_taken", "nobody_to_match")),
        ({"role": "mentor"}, {}, ("nobody_to_match", "nobody_to_match")),
    ],
)
def test_unmatched_members_learn_why_and_nothing_about_others(ada, ben, reasons):  # B6
    population = Population(people=(somebody("ada", **ada), somebody("ben", **ben)))
    proposal = propose(population, seed=1, on=MONDAY)

    assert [(one.id, one.reason) for one in proposal.unmatched] == [("ada", reasons[0]), ("ben", reasons[1])]


def test_the_odd_one_out_is_whoever_waited_least():  # B6
    people = tuple(somebody(name, waiting_days=days) for name, days in (("ada", 3), ("ben", 9), ("cleo", 14)))
    proposal = propose(Population(people=people), seed=1, on=MONDAY)

    assert [(pair.a, pair.b) for pair in proposal.pairs] == [("ben", "cleo")]
    assert [(one.id, one.reason) for one in proposal.unmatched] == [("ada", "all_places_taken")]


def test_a_mentor_gets_as_many_as_they_have_places_for():
    seekers = [somebody(f"seeker-{number}", "seeking") for number in range(3)]
    people = (*seekers, somebody("mentor", "mentor", capacity=2))
    proposal = propose(Population(people=people), seed=1, on=MONDAY)

    assert [pair.b for pair in proposal.pairs] == ["mentor", "mentor"]
    assert [one.reason for one in proposal.unmatched] == ["all_places_taken"]


HIDDEN: dict[str, Any] = {
    "gender": "woman",
    "buddy_gender": "woman",
    "prefers": Tags(pathways=frozenset({"secular"}), interests=frozenset({"chess"})),
    "excludes": Tags(pathways=frozenset({"faith"}), genders=frozenset({"man"})),
    "spirituality": "important",
    "along_months": 30,
    "mentor_months": 12,
    "meets": "in_person",
    "area": "north",
    "waiting_days": 300,
    "capacity": 1,
}


def test_reasons_come_only_from_what_both_said():  # B4
    for seed in range(300):
        chance = random.Random(seed)
        one, other = crowd(chance, 2).people
        bare = [
            Person(
                id=person.id,
                role="peer",
                languages=person.languages,
                pathways=person.pathways,
                interests=person.interests,
                availability=person.availability,
                time_zone=person.time_zone,
                life_stage=person.life_stage,
                family=person.family,
                work=person.work,
            )
            for person in (one, other)
        ]
        found = compatibility.reasons(one, other, on=MONDAY)

        assert found == compatibility.reasons(*bare, on=MONDAY) == compatibility.reasons(other, one, on=MONDAY)
        assert len(found) <= 3
        assert set(found) <= set(compatibility.REASONS)
        assert ("same_pathway" in found) == bool(one.pathways & other.pathways)
        assert not {"shared_interest", "shared_interests"} & set(found) or one.interests & other.interests
        assert not any(code.startswith("free") for code in found) or minutes_in_common(one, other) >= 60


def test_hidden_answers_change_no_reason_and_are_in_no_answer():
    said = {"pathways": frozenset({"secular"}), "interests": frozenset({"chess", "music"}), "gender": "woman"}
    plain = Population(people=(somebody("ada", **said), somebody("ben", **said)))
    kept_back = Population(people=(somebody("ada", **{**said, **HIDDEN}), somebody("ben", **{**said, **HIDDEN})))
    before, after = (propose(population, seed=1, on=MONDAY) for population in (plain, kept_back))

    assert before.pairs[0].reasons == after.pairs[0].reasons
    assert after.pairs[0].reasons == ("same_pathway", "free_weekday_evenings", "shared_interests")
    written = json.dumps(after.to_json())
    assert not any(word in written for word in ("woman", "faith", "secular", "chess", "excludes", "prefers", "north"))


def test_free_evenings_are_evenings_on_both_clocks():
    new_york = somebody("ada", time_zone="America/New_York", availability=frozenset({(1, 18 * 60, 21 * 60)}))
    kolkata = somebody("ben", time_zone="Asia/Kolkata", availability=frozenset({(2, 4 * 60, 8 * 60)}))

    assert (
        compatibility.hard_conflict(new_york, kolkata, on=MONDAY) is None
    )  # 18:00 to 21:00 in New York is 4:30 to 7:30 in Kolkata
    assert "free_weekday_evenings" not in compatibility.reasons(new_york, kolkata, on=MONDAY)
    assert "free_weekday_evenings" in compatibility.reasons(new_york, new_york, on=MONDAY)


def test_hours_follow_the_clocks_of_the_week_they_are_for():
    evening = frozenset({(3, 18 * 60, 19 * 60)})

    winter = week(evening, "America/New_York", MONDAY)
    summer = week(evening, "America/New_York", date(2026, 7, 6))
    assert winter == 0b11 << 2 * (3 * 24 + 23)
    assert summer == 0b11 << 2 * (3 * 24 + 22)
    assert week(frozenset({(6, 23 * 60, 60)}), "UTC", MONDAY) == 0b11 | 0b11 << 334  # Sunday night into Monday
    assert week(frozenset({(0, 18 * 60 + 10, 19 * 60 + 20)}), "UTC", MONDAY) == 1 << 37  # 18:30 to 19:00 is whole
    assert week(frozenset({(0, 18 * 60, 19 * 60)}), "Asia/Kolkata", MONDAY).bit_count() == 2


def test_next_candidates_are_the_longest_waiting_then_the_best():
    ada = somebody("ada", interests=frozenset({"chess"}))
    others = (
        somebody("ben", waiting_days=2),
        somebody("cleo", waiting_days=2, interests=frozenset({"chess"})),
        somebody("dora", waiting_days=40),
        somebody("eli", languages=frozenset({"es"}), waiting_days=90),
        somebody("fay", "mentor"),
        somebody("gus", paused=True),
    )

    assert [one.id for one in compatibility.candidates_for("ada", Population(people=(ada, *others)), on=MONDAY)] == [
        "dora",
        "cleo",
        "ben",
    ]
    assert compatibility.candidates_for("gus", Population(people=(ada, *others)), on=MONDAY) == ()
    assert compatibility.candidates_for("nobody", Population(people=(ada,)), on=MONDAY) == ()


def test_a_population_survives_json():
    population = crowd(random.Random(6), 40)
    request = json.loads(json.dumps(request_to_json(population, seed=4, on=MONDAY)))

    again, seed, on = request_from_json(request)
    assert (set(again.people), again.forbidden, again.tried, seed, on) == (
        set(population.people),
        population.forbidden,
        population.tried,
        4,
        MONDAY,
    )


def test_a_process_of_its_own_finds_the_same():
    population = crowd(random.Random(6), 40)
    answer = solve_in_process(request_to_json(population, seed=4, on=MONDAY), timeout_seconds=60)

    assert answer == json.loads(json.dumps(propose(population, seed=4, on=MONDAY).to_json()))


def test_a_process_that_cannot_read_says_so_in_one_line():
    with pytest.raises(SolverFailed, match="time_zone: 'Nowhere/There' isn’t known"):
        solve_in_process(
            {
                "people": [{**person_to_json(somebody("ada")), "time_zone": "Nowhere/There"}],
                "seed": 1,
                "on": "2026-11-23",
            },
            timeout_seconds=60,
        )
    done = subprocess.run(
        [sys.executable, "-m", "community.buddies.matching.solver_process"],
        input="[",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"role": "friend"}, "role"),
        ({"gender": "x"}, "gender"),
        ({"buddy_gender": "x"}, "buddy_gender"),
        ({"capacity": -1}, "negative"),
        ({"waiting_days": -1}, "negative"),
        ({"prefers": {"colours": []}}, "colours"),
        ({"life_stage": "young"}, "life_stage"),
        ({"family": ["cat"]}, "family"),
        ({"meets": "never"}, "meets"),
        ({"availability": [{"weekday": 7, "from": "18:00", "to": "19:00"}]}, "weekday"),
        ({"availability": [{"weekday": 0, "from": "18:00", "to": "18:00"}]}, "no time"),
        ({"availability": [{"weekday": 0, "from": "25:00", "to": "18:00"}]}, "time of day"),
        ({"availability": [{"weekday": 0, "from": "six", "to": "18:00"}]}, "isn’t a time"),
        ({"time_zone": "../etc/passwd"}, "time_zone"),
    ],
)
def test_answers_that_cannot_be_are_refused_by_field(changed, said):
    with pytest.raises(ValueError, match=said):
        person_from_json({**person_to_json(somebody("ada")), **changed})


def test_the_same_person_twice_is_refused():
    with pytest.raises(ValueError, match="twice"):
        Population(people=(somebody("ada"), somebody("ada")))
