"""Expansion of an RRULE into wall times, one calendar day after the other, within a bound on the work.

This is RFC 5545 section 3.3.10 for DAILY, WEEKLY, MONTHLY and YEARLY. COUNT, UNTIL, EXDATE and RDATE are applied by
`recurrence`. A library is not used because it searches for the next date of a rule that never matches until year 9999.
"""

from calendar import isleap, monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import product

from community.meetups.rules.rrule_parser import WEEKDAYS

MAX_STEPS = 40_000
"""The most days (or starts of one day) that one expansion looks at; the days of 100 years fit in."""


@dataclass
class Budget:
    """The steps that an expansion may still take. One step is one calendar day, or one start on a day."""

    max_steps: int = MAX_STEPS
    spent: int = 0

    def spend(self, steps: int = 1) -> bool:
        """Take steps. Returns False, and takes none, when fewer are left."""
        if self.spent + steps > self.max_steps:
            return False
        self.spent += steps
        return True


def expand(parts: Mapping[str, str], first: datetime, *, until: datetime, budget: Budget) -> Iterator[datetime]:
    """Yield the wall times of a rule in order, from `first` to `until`, both included, while the budget lasts."""
    rule = Pattern(parts, first)
    for days in _periods(rule, until, budget):
        for moment in _starts(rule, days, budget):
            if moment > until or not budget.spend():
                return
            if moment >= first:
                yield moment


@dataclass
class Pattern:
    """The BY… parts of a rule as sets, completed from the first date where the rule does not have them."""

    parts: Mapping[str, str]
    first: datetime
    frequency: str = field(init=False)
    interval: int = field(init=False)
    week_start: int = field(init=False)

    def __post_init__(self) -> None:
        parts = self.parts
        self.frequency = parts["FREQ"]
        self.interval = int(parts.get("INTERVAL", "1"))
        self.week_start = WEEKDAYS.index(parts.get("WKST", "MO"))
        self.months = self._numbers("BYMONTH")
        self.month_days = self._numbers("BYMONTHDAY")
        self.year_days = self._numbers("BYYEARDAY")
        self.week_numbers = self._numbers("BYWEEKNO")
        self.positions = sorted(self._numbers("BYSETPOS"))
        days = [(day[:-2], WEEKDAYS.index(day[-2:])) for day in parts["BYDAY"].split(",")] if "BYDAY" in parts else []
        self.weekdays = {weekday for count, weekday in days if not count}
        self.counted = {(int(count), weekday) for count, weekday in days if count}
        self.counts_in_year = self.frequency == "YEARLY" and not self.months
        if not (self.week_numbers or self.year_days or self.month_days or days):
            self._fill_in()
        hours = sorted(self._numbers("BYHOUR")) or [self.first.hour]
        minutes = sorted(self._numbers("BYMINUTE")) or [self.first.minute]
        self.times = [time(hour, minute, self.first.second) for hour, minute in product(hours, minutes)]

    def _fill_in(self) -> None:
        if self.frequency == "YEARLY":
            self.months = self.months or {self.first.month}
        if self.frequency in ("YEARLY", "MONTHLY"):
            self.month_days = {self.first.day}
        elif self.frequency == "WEEKLY":
            self.weekdays = {self.first.weekday()}

    def _numbers(self, name: str) -> set[int]:
        return {int(number) for number in self.parts[name].split(",")} if name in self.parts else set()

    def fits(self, day: date) -> bool:
        """Return whether a day satisfies every BY… part except BYSETPOS."""
        if self.months and day.month not in self.months:
            return False
        if (self.weekdays or self.counted) and not self._fits_weekday(day):
            return False
        if self.month_days and not self.month_days & {day.day, day.day - monthrange(day.year, day.month)[1] - 1}:
            return False
        if self.year_days and not self.year_days & {*_both_ways(_day_of_year(day), _days_in(day.year))}:
            return False
        return not self.week_numbers or bool(self.week_numbers & {*_week_of(day, self.week_start)})

    def _fits_weekday(self, day: date) -> bool:
        weekday = day.weekday()
        if weekday in self.weekdays:
            return True
        if not self.counted:
            return False
        if self.counts_in_year:
            number, length = _day_of_year(day), _days_in(day.year)
        else:
            number, length = day.day, monthrange(day.year, day.month)[1]
        return ((number - 1) // 7 + 1, weekday) in self.counted or (
            -((length - number) // 7 + 1),
            weekday,
        ) in self.counted


def _starts(rule: Pattern, days: list[date], budget: Budget) -> Iterator[datetime]:
    """Yield the starts of one period in order, limited to the positions of BYSETPOS."""
    if not rule.positions:
        yield from (datetime.combine(day, at) for day in days for at in rule.times)
    elif budget.spend(len(days) * len(rule.times)):
        found = [datetime.combine(day, at) for day in days for at in rule.times]
        places = {place - 1 if place > 0 else len(found) + place for place in rule.positions}
        yield from (found[place] for place in sorted(places) if 0 <= place < len(found))


def _periods(rule: Pattern, until: datetime, budget: Budget) -> Iterator[list[date]]:
    """Yield the days that fit for each day, week, month or year of the rule. Each examined day is one step."""
    last = until.toordinal()
    for start, end in _spans(rule, last):
        days: list[date] = []
        if not budget.spend():
            return
        for number in range(start, end):
            if not budget.spend():
                return
            day = date.fromordinal(number)
            if rule.fits(day):
                days.append(day)
        yield days


def _spans(rule: Pattern, last: int) -> Iterator[tuple[int, int]]:
    """Yield the first day of each period and the day after it, as ordinals, until the period that holds `last`."""
    start = rule.first.date()
    if rule.frequency in ("DAILY", "WEEKLY"):
        length = 1 if rule.frequency == "DAILY" else 7
        number = start.toordinal() - (0 if length == 1 else (start.weekday() - rule.week_start) % 7)
        while number <= last:
            yield number, min(number + length, date.max.toordinal())
            number += length * rule.interval
        return
    step = rule.interval * (1 if rule.frequency == "MONTHLY" else 12)
    month = start.year * 12 + (start.month - 1 if rule.frequency == "MONTHLY" else 0)
    while month // 12 < date.max.year:
        first = date(month // 12, month % 12 + 1, 1).toordinal()
        if first > last:
            return
        yield from _within(rule, month // 12, month % 12 + 1)
        month += step


def _within(rule: Pattern, year: int, month: int) -> Iterator[tuple[int, int]]:
    """Yield one month or one year. Months that a yearly rule does not name are left out when no part counts across
    them.
    """
    if rule.frequency == "YEARLY" and not (rule.months and not rule.positions):
        yield date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()
        return
    months = [month] if rule.frequency == "MONTHLY" else sorted(rule.months)
    for one in months:
        if not rule.months or one in rule.months:
            first = date(year, one, 1)
            yield first.toordinal(), first.toordinal() + monthrange(year, one)[1]


def _both_ways(number: int, length: int) -> tuple[int, int]:
    return number, number - length - 1


def _day_of_year(day: date) -> int:
    return day.toordinal() - date(day.year, 1, 1).toordinal() + 1


def _days_in(year: int) -> int:
    return 366 if isleap(year) else 365


def _week_of(day: date, week_start: int) -> tuple[int, int]:
    """Return the number of a day's week in its year, from the front and from the back.

    Week 1 is the first with four days in the year.
    """
    middle = day - timedelta(days=(day.weekday() - week_start) % 7 - 3)
    last = date(middle.year, 12, 28)
    last_middle = last - timedelta(days=(last.weekday() - week_start) % 7 - 3)
    weeks = (_day_of_year(last_middle) - 1) // 7 + 1
    return _both_ways((_day_of_year(middle) - 1) // 7 + 1, weeks)
