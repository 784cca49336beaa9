"""The work that a rule may cause is bounded: refused by its spelling, counted in steps, made in small numbers."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from dateutil.rrule import rrulestr

from community.core.errors import Forbidden, ValidationFailed
from community.meetups.actions import series
from community.meetups.pages import forms
from community.meetups.queries import preview
from community.meetups.rules.expansion import MAX_STEPS, Budget, expand
from community.meetups.rules.recurrence import Recurrence, ended_before, from_date_on, parse, wall_times
from community.meetups.rules.rrule_parser import MAX_OCCURRENCES, WEEKDAYS, InvalidRule
from tests.meetups.conftest import Walks

THURSDAY = datetime(2026, 11, 26, 19, 0)
ALL_HOURS = ",".join(map(str, range(24)))
ALL_MINUTES = ",".join(map(str, range(60)))
ALL_DAYS = ",".join(map(str, range(1, 32)))
WHOLE_YEAR = ",".join(map(str, range(1, 367)))
BOMBS = (
    f"FREQ=DAILY;BYHOUR={ALL_HOURS};BYMINUTE={ALL_MINUTES}",
    f"FREQ=DAILY;BYMINUTE={ALL_MINUTES}",
    "FREQ=DAILY;BYHOUR=7,19",
    f"FREQ=MONTHLY;BYMONTHDAY={ALL_DAYS};BYHOUR={ALL_HOURS};BYMINUTE={ALL_MINUTES}",
    f"FREQ=YEARLY;BYYEARDAY={WHOLE_YEAR};BYSETPOS={WHOLE_YEAR}",
    f"FREQ=YEARLY;BYDAY={','.join(WEEKDAYS * 53)}",
    f"FREQ=YEARLY;BYYEARDAY={WHOLE_YEAR},1",
    f"FREQ=MONTHLY;BYMONTHDAY={ALL_DAYS},-1",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;INTERVAL=1;COUNT=200",
    "FREQ=WEEKLY;BYMONTH=2;BYSETPOS=8",
    "FREQ=MONTHLY;BYMONTH=4;BYMONTHDAY=31",
    "FREQ=YEARLY;BYWEEKNO=20;BYMONTH=12",
    "FREQ=YEARLY;BYDAY=53MO;BYMONTH=2",
    "FREQ=DAILY;INTERVAL=401",
    "FREQ=DAILY;INTERVAL=" + "9" * 3000,
    "FREQ=DAILY;COUNT=" + "9" * 3000,
    "RDATE:" + ",".join(f"{THURSDAY + timedelta(days=n):%Y%m%d}" for n in range(MAX_OCCURRENCES + 1)),
    "FREQ=DAILY\nEXDATE:" + ",".join(f"{THURSDAY + timedelta(days=n):%Y%m%d}" for n in range(MAX_OCCURRENCES + 1)),
    "\n".join(["FREQ=DAILY", *(f"EXDATE:{THURSDAY + timedelta(days=n):%Y%m%d}" for n in range(MAX_OCCURRENCES + 1))]),
    "RDATE:00010101T000000",
    "RDATE:99991231T235959",
    "FREQ=YEARLY\nEXDATE:99991231T235959Z",
    "FREQ=YEARLY;UNTIL=99991231T235959Z",
    "FREQ=YEARLY;UNTIL=00010101",
)


@pytest.mark.parametrize("rule", BOMBS, ids=lambda rule: rule[:40])
def test_a_rule_that_would_cost_too_much_is_refused(rule: str) -> None:
    """A1: refused at the spelling, or after no more steps than one expansion may take."""
    with pytest.raises(InvalidRule):
        parse(rule, first=THURSDAY, zone="America/New_York")


@pytest.mark.parametrize(
    "parts",
    [
        {"FREQ": "DAILY", "BYMONTH": "2", "BYMONTHDAY": "30"},
        {"FREQ": "DAILY", "BYHOUR": ALL_HOURS, "BYMINUTE": ALL_MINUTES},
        {"FREQ": "MONTHLY", "BYMONTHDAY": ALL_DAYS, "BYHOUR": ALL_HOURS, "BYMINUTE": ALL_MINUTES, "BYSETPOS": "-1"},
        {"FREQ": "YEARLY", "BYYEARDAY": WHOLE_YEAR, "BYSETPOS": WHOLE_YEAR, "BYMINUTE": ALL_MINUTES},
        {"FREQ": "WEEKLY", "BYMONTH": "2", "BYSETPOS": "8"},
        {"FREQ": "YEARLY", "INTERVAL": "400"},
    ],
)
def test_even_a_stored_rule_stops_after_so_many_steps(parts: dict[str, str]) -> None:
    """A1: rows from before the refusal are expanded by the one generator too."""
    budget = Budget()
    for _ in expand(parts, THURSDAY, until=datetime.max, budget=budget):
        pass
    assert budget.spent <= MAX_STEPS
    rule = ";".join(f"{name}={value}" for name, value in parts.items())
    stored = Recurrence(rule=rule, first=THURSDAY)
    assert len(wall_times(stored, until=datetime.max)) <= MAX_OCCURRENCES + 1
    ended_before(stored, datetime(2100, 1, 1))
    from_date_on(stored, datetime(2099, 1, 1, 19), to=datetime(2099, 1, 1, 18))


@pytest.mark.parametrize(
    ("rule", "first", "day"),
    [
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO", datetime(2026, 11, 26, 19), "2044-02-29"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO", datetime(2026, 11, 26, 19), "2044-02-29"),
        ("FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR", datetime(2026, 11, 26, 19), "2027-08-13"),
        ("FREQ=DAILY;INTERVAL=400;BYMONTHDAY=31", datetime(2026, 11, 26, 19), "2027-12-31"),
    ],
)
def test_a_sparse_rule_still_finds_its_dates(rule: str, first: datetime, day: str) -> None:
    """A1: rare is not never."""
    found = wall_times(parse(rule, first=first, zone="UTC"))
    assert f"{found[0]:%Y-%m-%d}" == day


@pytest.mark.parametrize("size", [150, pytest.param(5000, marks=pytest.mark.prove)])
def test_random_rules_mean_what_another_library_says(size: int) -> None:
    """A1: every part that a rule may have, beside dateutil."""
    chance = random.Random(size)
    for _ in range(size):
        first = datetime(2020, 1, 1, 19) + timedelta(days=chance.randrange(4000))
        parts = _random_parts(chance)
        until = first + timedelta(days=3000)
        mine = [*islice(expand(parts, first, until=until, budget=Budget()), 60)]
        if mine:  # dateutil would look for the others until the year 9999
            text = ";".join(f"{name}={value}" for name, value in parts.items())
            assert mine == [*islice(rrulestr(text, dtstart=first).replace(until=until), 60)], f"{text} from {first}"


def _random_parts(chance: random.Random) -> dict[str, str]:
    frequency = chance.choice(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
    parts = {"FREQ": frequency, "INTERVAL": str(chance.randint(1, 5)), "WKST": chance.choice(WEEKDAYS)}

    def some(name: str, values: list[int], most: int, odds: float) -> None:
        if chance.random() < odds:
            parts[name] = ",".join(map(str, chance.sample(values, chance.randint(1, most))))

    some("BYMONTH", [*range(1, 13)], 4, 0.3)
    some("BYHOUR", [*range(24)], 1, 0.2)
    if frequency != "WEEKLY":
        some("BYMONTHDAY", [*range(1, 32), -1, -2, -31], 5, 0.3)
    if frequency == "YEARLY":
        some("BYYEARDAY", [*range(1, 367), -1, -366], 50, 0.15)
        some("BYWEEKNO", [*range(1, 53), -1, -5], 6, 0.2)  # dateutil takes January days for week 53 of other years
    if chance.random() < 0.4:
        days = chance.sample(WEEKDAYS, chance.randint(1, 4))
        if frequency in ("MONTHLY", "YEARLY") and "BYWEEKNO" not in parts and chance.random() < 0.5:
            days = [f"{chance.choice([1, 2, 3, 4, 5, -1, -2])}{day}" for day in days]
        parts["BYDAY"] = ",".join(days)
    if frequency != "WEEKLY" and parts.keys() & {"BYMONTH", "BYMONTHDAY", "BYDAY", "BYYEARDAY", "BYWEEKNO"}:
        some("BYSETPOS", [1, 2, 3, -1, -2, 10], 3, 0.3)
    return parts


def test_ben_may_not_look_at_a_rule_and_ada_may(act: Any, cast: Any) -> None:
    """A1: the preview is for members who may post."""
    wanted = {"starts_at_local": THURSDAY, "time_zone": "America/New_York", "recurrence": "FREQ=WEEKLY"}
    assert len(act.read(cast.ada, preview.preview_occurrences, **wanted).dates) == 6
    with pytest.raises(Forbidden):
        act.read(cast.ben, preview.preview_occurrences, **wanted)


def test_ada_makes_at_most_200_dates_ahead_and_the_rest_later(walks: Walks, act: Any, run_worker: Any) -> None:
    """A1: an endless rule with many extra dates; none of them is lost, they come when others are over."""
    extra = ",".join(f"{THURSDAY + timedelta(days=n, hours=-9):%Y%m%dT%H%M%S}" for n in range(150))
    walk = walks.post(recurrence=f"FREQ=DAILY\nRDATE:{extra}")
    assert len(walks.dates(walk)) == MAX_OCCURRENCES
    act.later(days=30)
    run_worker(act.now)
    kept = walks.dates(walk)
    assert len({date.starts_at for date in kept}) == len(kept)
    assert sum(date.starts_at > act.now for date in kept) <= MAX_OCCURRENCES
    assert len(kept) > MAX_OCCURRENCES


def test_a_change_of_the_series_makes_no_more_than_200_dates(walks: Walks, act: Any, cast: Any) -> None:
    """A1: PATCH has the same ceiling as POST, and refuses the same rules."""
    walk = walks.post(recurrence="FREQ=WEEKLY")
    extra = ",".join(f"{THURSDAY + timedelta(days=n, hours=-9):%Y%m%dT%H%M%S}" for n in range(200))
    for rule in (f"FREQ=DAILY\nRDATE:{extra}", "FREQ=DAILY"):
        act(cast.ada, series.change_series, meetup_id=walk, scope="all", changes={"recurrence": rule})
        assert len(walks.dates(walk)) <= MAX_OCCURRENCES
    for rule in BOMBS[:6]:
        with pytest.raises(ValidationFailed):
            act(cast.ada, series.change_series, meetup_id=walk, scope="all", changes={"recurrence": rule})


def test_ada_posts_a_rule_whose_next_date_is_far_away(walks: Walks, act: Any, run_worker: Any) -> None:
    """A1: the next date is made even if it is more than 26 weeks ahead, and made once."""
    walk = walks.post(recurrence="FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO")
    assert [f"{date.starts_at_local:%Y-%m-%d}" for date in walks.dates(walk)] == ["2044-02-29"]
    act.later(days=30)
    run_worker(act.now)
    assert len(walks.dates(walk)) == 1


def test_dates_to_skip_are_looked_at_once_each(app: Any) -> None:
    """A1, C: thousands of dates to skip and to keep are one pass, and more than a rule takes are refused."""
    many = [f"2027-01-01T00:00:{n}" for n in range(3000)]
    with app.test_request_context(
        "/meetups/preview",
        method="POST",
        data={"skips": many, "keep": many[::2], "count": "9" * 5000, "rule": ["a", "b"]},
    ):
        form = forms.Form()
        assert len(forms.skips(form)) == MAX_OCCURRENCES + 1
        for repeats in ("rule", "week"):
            form.values |= {"date": "2027-01-01", "time": "19:00", "repeats": repeats, "ends": "count"}
            assert forms.rule_text(form)


def test_a_page_with_odd_fields_is_answered(page: Callable[..., Any], cast: Any) -> None:
    """A1, A19g: fields that come twice, and numbers that are too long, are no fault of ours."""
    odd = {"date": "2027-01-01", "time": "19:00", "repeats": ["rule", "week"], "rule": ["x", "y"], "until": ["1", "2"]}
    browser = page(cast.ada)
    token = browser.get("/meetups/new").text.partition('name="csrf_token" value="')[2].partition('"')[0]
    for more in ({}, {"repeats": "week", "ends": "count", "count": "9" * 5000}, {"ends": "until", "repeats": "week"}):
        answer = browser.post("/meetups/new", data={**odd, **more, "csrf_token": token})
        assert answer.status_code == 422
