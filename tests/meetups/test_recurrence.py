"""Rules that repeat: read, refused, expanded, said in words; ical.js, which shares no code with ours, agrees."""

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from community.core.local_time import to_utc
from community.meetups.rules.recurrence import (
    Recurrence,
    ended_before,
    from_date_on,
    from_json,
    parse,
    rule_of_choices,
    wall_times,
)
from community.meetups.rules.rrule_parser import WEEKDAYS, InvalidRule
from community.meetups.rules.rrule_text import clock_change, clock_note, rule_text
from tests.support.icaljs_check import expanded

NEW_YORK = "America/New_York"
THURSDAY = datetime(2026, 11, 26, 19, 0)
ZONES = [
    "America/New_York",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "Europe/Berlin",
    "Europe/London",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Africa/Casablanca",
]


def days(text: str, *, first: datetime = THURSDAY, most: int = 6) -> list[str]:
    """The first dates of a rule."""
    found = parse(text, first=first, zone=NEW_YORK)
    until = first + timedelta(days=4000) if found.is_endless else None
    return [f"{one:%Y-%m-%d}" for one in wall_times(found, until=until)[:most]]


BY_HAND = {
    "FREQ=DAILY;COUNT=3": ["2026-11-26", "2026-11-27", "2026-11-28"],
    "FREQ=DAILY;INTERVAL=10;COUNT=3": ["2026-11-26", "2026-12-06", "2026-12-16"],
    "FREQ=WEEKLY;COUNT=3": ["2026-11-26", "2026-12-03", "2026-12-10"],
    "RRULE:FREQ=WEEKLY;BYDAY=TH;COUNT=2": ["2026-11-26", "2026-12-03"],
    "FREQ=WEEKLY;INTERVAL=2;COUNT=3": ["2026-11-26", "2026-12-10", "2026-12-24"],
    "FREQ=WEEKLY;BYDAY=TU,TH;COUNT=4": ["2026-11-26", "2026-12-01", "2026-12-03", "2026-12-08"],
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,TH;WKST=SU;COUNT=4": ["2026-11-26", "2026-12-06", "2026-12-10", "2026-12-20"],
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,TH;WKST=MO;COUNT=4": ["2026-11-26", "2026-11-29", "2026-12-10", "2026-12-13"],
    "FREQ=WEEKLY;UNTIL=20261210": ["2026-11-26", "2026-12-03", "2026-12-10"],
    "FREQ=WEEKLY;UNTIL=20261210T190000": ["2026-11-26", "2026-12-03", "2026-12-10"],
    "FREQ=WEEKLY;UNTIL=20261211T000000Z": ["2026-11-26", "2026-12-03", "2026-12-10"],  # 7 pm in New York
    "FREQ=MONTHLY;BYDAY=-1FR;COUNT=4": ["2026-11-27", "2026-12-25", "2027-01-29", "2027-02-26"],
    "FREQ=MONTHLY;BYDAY=4TH;COUNT=3": ["2026-11-26", "2026-12-24", "2027-01-28"],
    "FREQ=MONTHLY;BYDAY=1TU,3TU;COUNT=4": ["2026-12-01", "2026-12-15", "2027-01-05", "2027-01-19"],
    "FREQ=MONTHLY;BYMONTHDAY=31;COUNT=3": ["2026-12-31", "2027-01-31", "2027-03-31"],
    "FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=4": ["2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28"],
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3": ["2026-11-30", "2026-12-31", "2027-01-29"],
    "FREQ=YEARLY;COUNT=3": ["2026-11-26", "2027-11-26", "2028-11-26"],
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;COUNT=2": ["2028-02-29", "2032-02-29"],
    "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;COUNT=3": ["2026-11-26", "2027-11-25", "2028-11-23"],
    "FREQ=WEEKLY;COUNT=4\nEXDATE:20261203T190000\nRDATE:20261204T190000": [
        "2026-11-26",
        "2026-12-04",
        "2026-12-10",
        "2026-12-17",
    ],
    "EXDATE;TZID=America/New_York:20261210\nRRULE:FREQ=WEEKLY;COUNT=3": ["2026-11-26", "2026-12-03"],
    "RDATE:20261201T190000,20270105T190000": ["2026-12-01", "2027-01-05"],
}


@pytest.mark.parametrize("text", BY_HAND)
def test_rules_give_the_dates_that_were_counted_by_hand(text: str) -> None:  # M10
    assert days(text) == BY_HAND[text]


def random_rules(count: int, *, seed: int) -> list[tuple[str, datetime]]:
    """Rules with a first date that fits them, as RFC 5545 asks; over year ends, leap days and both clock changes."""
    chance = random.Random(seed)
    found = []
    while len(found) < count:
        first = datetime.combine(
            date(2023, 12, 1) + timedelta(days=chance.randrange(2000)),
            time(chance.choice([1, 2, 3, 9, 19, 23]), chance.choice([0, 30])),
        )
        rule = chance.choice([_daily, _weekly, _monthly_day, _monthly_weekday, _yearly])(chance, first)
        if chance.random() < 0.3:
            rule += f";COUNT={chance.randint(1, 12)}"
        elif chance.random() < 0.3:
            rule += f";UNTIL={first + timedelta(days=chance.randint(1, 190)):%Y%m%dT%H%M%S}"
        dates = wall_times(_unchecked(rule, first), until=first + timedelta(days=900))
        if dates[:1] == [first]:
            found.append((rule, first))
    return found


def _unchecked(rule: str, first: datetime) -> Recurrence:
    return Recurrence(rule=rule, first=first)


def _daily(chance: random.Random, first: datetime) -> str:
    return f"FREQ=DAILY;INTERVAL={chance.randint(1, 40)}"


def _weekly(chance: random.Random, first: datetime) -> str:
    chosen = {WEEKDAYS[first.weekday()], *chance.sample(WEEKDAYS, chance.randint(0, 3))}
    rule = f"FREQ=WEEKLY;INTERVAL={chance.randint(1, 5)};BYDAY={','.join(day for day in WEEKDAYS if day in chosen)}"
    return rule + chance.choice(["", ";WKST=SU", ";WKST=MO"])


def _monthly_day(chance: random.Random, first: datetime) -> str:
    chosen = sorted({first.day, *chance.sample(range(1, 32), chance.randint(0, 2))})
    return f"FREQ=MONTHLY;INTERVAL={chance.randint(1, 4)};BYMONTHDAY={','.join(map(str, chosen))}"


def _monthly_weekday(chance: random.Random, first: datetime) -> str:
    day = WEEKDAYS[first.weekday()]
    is_last = (first + timedelta(days=7)).month != first.month
    number = -1 if is_last and chance.random() < 0.7 else (first.day - 1) // 7 + 1
    return f"FREQ=MONTHLY;INTERVAL={chance.randint(1, 3)};BYDAY={number}{day}"


def _yearly(chance: random.Random, first: datetime) -> str:
    return f"FREQ=YEARLY;INTERVAL={chance.randint(1, 2)};BYMONTH={first.month};BYMONTHDAY={first.day}"


@pytest.mark.parametrize("size", [60, pytest.param(500, marks=pytest.mark.prove)])
def test_random_rules_agree_with_a_library_that_shares_no_code_with_ours(size: int) -> None:  # M9 M10
    asked = random_rules(size, seed=size)
    ours = [
        wall_times(parse(rule, first=first, zone="UTC"), until=first + timedelta(days=3000))[:40]
        for rule, first in asked
    ]
    theirs = expanded([(rule, first, 40) for rule, first in asked])

    for (rule, first), mine, other in zip(asked, ours, theirs, strict=True):
        within = [one for one in other if one <= first + timedelta(days=3000)]
        assert mine == within, f"{rule} from {first}"
    for zone in ZONES:  # the wall clock stays, whatever the zone does; a skipped hour moves forward by what is skipped
        there = ZoneInfo(zone)
        for dates in ours:
            for wall_time in dates:
                back = to_utc(wall_time, zone).astimezone(there).replace(tzinfo=None)
                assert back == wall_time or (
                    timedelta(0) < back - wall_time <= timedelta(hours=1) and clock_note(wall_time, zone)
                )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tomorrow", "isn’t a part"),
        ("FREQ=HOURLY", "DAILY, WEEKLY, MONTHLY or YEARLY"),
        ("INTERVAL=2", "DAILY, WEEKLY, MONTHLY or YEARLY"),
        ("FREQ=WEEKLY;BYDAY=XX", "isn’t a day"),
        ("FREQ=WEEKLY;BYDAY=-1FR", "only works with MONTHLY"),
        ("FREQ=WEEKLY;FREQ=DAILY", "twice"),
        ("FREQ=DAILY;COUNT=0", "from 1 to 200"),
        ("FREQ=DAILY;COUNT=201", "from 1 to 200"),
        ("FREQ=DAILY;COUNT=-1", "from 1 to 200"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20270101", "not both"),
        ("FREQ=DAILY;UNTIL=20290101", "more than 200 meetups"),
        ("FREQ=DAILY;UNTIL=20200101", "No day fits"),
        ("FREQ=DAILY;UNTIL=20261301", "isn’t a date"),
        ("FREQ=DAILY;INTERVAL=0", "from 1 to 400"),
        ("FREQ=WEEKLY;BYMONTHDAY=3", "can’t be used with"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "from 1 to 31"),
        ("FREQ=MONTHLY;BYMONTHDAY=--1", "from 1 to 31"),
        ("FREQ=MONTHLY;BYSETPOS=1", "needs another"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "No day fits"),
        ("FREQ=DAILY;BYSECOND=5", "don’t support"),
        ("FREQ=WEEKLY;COUNT=1\nEXDATE:20261126", "No day fits"),
        ("DTSTART:20261126T190000\nRRULE:FREQ=DAILY", "don’t support DTSTART"),
        ("FREQ=DAILY;COUNT=\u0663", "plain letters"),
    ],
)
def test_a_wrong_rule_gets_a_clear_error(text: str, said: str) -> None:
    with pytest.raises(InvalidRule, match=said):
        parse(text, first=THURSDAY, zone=NEW_YORK)


def test_thursday_at_seven_stays_at_seven_when_the_clocks_change() -> None:  # M9
    weekly = parse("FREQ=WEEKLY;BYDAY=TH", first=datetime(2026, 1, 1, 19, 0), zone=NEW_YORK)
    dates = wall_times(weekly, until=datetime(2026, 12, 31))
    moments = [to_utc(one, NEW_YORK) for one in dates]

    assert {one.time() for one in dates} == {time(19, 0)}
    assert {one.astimezone(ZoneInfo(NEW_YORK)).time() for one in moments} == {time(19, 0)}
    hours = {one: moment.astimezone(UTC).hour for one, moment in zip(dates, moments, strict=True)}
    assert {hour for one, hour in hours.items() if one < datetime(2026, 3, 8)} == {0}
    assert {hour for one, hour in hours.items() if datetime(2026, 3, 8) < one < datetime(2026, 11, 1)} == {23}
    assert {hour for one, hour in hours.items() if one > datetime(2026, 11, 1)} == {0}
    assert clock_change(dates, NEW_YORK) == datetime(2026, 3, 8, 19, 0)


def test_a_rule_says_what_a_clock_change_does_to_it() -> None:
    assert clock_note(datetime(2026, 3, 8, 2, 30), NEW_YORK) == "Clocks skip 2:30 am that day. It starts at 3:30 am."
    assert "happens twice" in clock_note(datetime(2026, 11, 1, 1, 30), NEW_YORK)
    assert clock_note(THURSDAY, NEW_YORK) == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("FREQ=WEEKLY;BYDAY=TH", "Every Thursday at 7:00 pm, New York time"),
        (
            "FREQ=WEEKLY;INTERVAL=2;UNTIL=20270601",
            "Every other Thursday at 7:00 pm, New York time, until May 27, 2027",
        ),
        ("FREQ=MONTHLY;BYDAY=-1FR;COUNT=6", "The last Friday of every month at 7:00 pm, New York time, 6 times"),
        ("FREQ=MONTHLY;BYMONTHDAY=15", "On the 15th of every month at 7:00 pm, New York time"),
        (
            "FREQ=WEEKLY;BYDAY=MO,WE;INTERVAL=3",
            "Every 3 weeks on Monday and Wednesday at 7:00 pm, New York time",
        ),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "Every weekday at 7:00 pm, New York time"),
        ("FREQ=YEARLY", "Every year on November 26 at 7:00 pm, New York time"),
        ("FREQ=DAILY;INTERVAL=2;COUNT=5", "Every other day at 7:00 pm, New York time, 5 times"),
        ("FREQ=YEARLY;BYWEEKNO=20", "On a custom schedule at 7:00 pm, New York time"),
    ],
)
def test_a_rule_is_said_as_a_host_would_say_it(text: str, words: str) -> None:
    assert rule_text(parse(text, first=THURSDAY, zone=NEW_YORK), NEW_YORK) == words


@pytest.mark.parametrize(
    ("choices", "rule"),
    [
        ({"repeats": "once"}, ""),
        ({"repeats": "week"}, "FREQ=WEEKLY;BYDAY=TH"),
        ({"repeats": "2_weeks", "weekdays": ["SA", "TU"]}, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SA"),
        ({"repeats": "month_weekday"}, "FREQ=MONTHLY;BYDAY=4TH"),
        ({"repeats": "month_last", "ends": "count", "count": 6}, "FREQ=MONTHLY;BYDAY=-1TH;COUNT=6"),
        (
            {"repeats": "month_day", "ends": "until", "until": date(2027, 6, 1)},
            "FREQ=MONTHLY;BYMONTHDAY=26;UNTIL=20270601",
        ),
    ],
)
def test_the_forms_choices_become_a_rule(choices: dict[str, object], rule: str) -> None:
    assert rule_of_choices(first=THURSDAY, **choices) == rule  # type: ignore[arg-type]  # parametrised


def test_a_stored_rule_reads_the_same_again() -> None:
    text = "FREQ=WEEKLY;COUNT=4\nEXDATE:20261203T190000\nRDATE:20261204T190000"
    found = parse(text, first=THURSDAY, zone=NEW_YORK)
    assert from_json(found.as_json()) == found
    assert parse(found.as_text(NEW_YORK), first=THURSDAY, zone=NEW_YORK) == found


def test_a_rule_that_is_cut_keeps_what_is_before_and_goes_on_with_the_rest() -> None:
    ten = parse("FREQ=WEEKLY;COUNT=10", first=THURSDAY, zone=NEW_YORK)
    fourth = THURSDAY + timedelta(weeks=3)
    assert wall_times(ended_before(ten, fourth)) == wall_times(ten)[:3]
    friday = from_date_on(ten, fourth, to=fourth + timedelta(days=1, hours=-1))
    assert wall_times(friday) == [one + timedelta(days=1, hours=-1) for one in wall_times(ten)[3:]]
    monthly = parse("FREQ=MONTHLY;BYDAY=-1TH", first=THURSDAY, zone=NEW_YORK)
    moved = from_date_on(monthly, THURSDAY, to=datetime(2026, 11, 27, 19, 0))
    assert moved.rule == "FREQ=MONTHLY;BYDAY=-1FR"
    twice = parse("FREQ=WEEKLY;BYDAY=TU,TH", first=THURSDAY, zone=NEW_YORK)
    with pytest.raises(InvalidRule, match="how it repeats"):
        from_date_on(twice, THURSDAY, to=THURSDAY + timedelta(days=1))


def test_dates_in_another_zone_are_put_into_the_meetups_own() -> None:
    """X18: RFC 5545 section 3.2.19; midnight in London is 7 pm in New York."""
    first = datetime(2027, 3, 4, 19, 0)
    text = "FREQ=WEEKLY;COUNT=3\nEXDATE;TZID=Europe/London:20270312T000000\nRDATE;TZID=Europe/London:20270313T000000"
    found = parse(text, first=first, zone=NEW_YORK)
    assert [f"{one:%m-%d %H:%M}" for one in wall_times(found)] == ["03-04 19:00", "03-12 19:00", "03-18 19:00"]
    assert parse(found.as_text(NEW_YORK), first=first, zone=NEW_YORK) == found
    day_alone = parse(
        'FREQ=WEEKLY;COUNT=2\nEXDATE;VALUE=DATE;TZID="Europe/London":20270311', first=first, zone=NEW_YORK
    )
    assert [f"{one:%m-%d}" for one in wall_times(day_alone)] == ["03-04"]
    in_utc = parse("FREQ=WEEKLY;COUNT=2\nEXDATE;TZID=Asia/Tokyo:20270312T000000Z", first=first, zone=NEW_YORK)
    assert [f"{one:%m-%d}" for one in wall_times(in_utc)] == ["03-04"]


@pytest.mark.parametrize(
    "line",
    ["EXDATE;TZID=Mars/Base:20270311T190000", "RDATE;TZID=:20270311T190000", "RDATE;VALUE=PERIOD:20270311T190000/PT1H"],
)
def test_dates_in_an_unknown_zone_or_shape_are_refused(line: str) -> None:
    """X18: not left out in silence."""
    with pytest.raises(InvalidRule):
        parse(f"FREQ=WEEKLY\n{line}", first=THURSDAY, zone=NEW_YORK)
