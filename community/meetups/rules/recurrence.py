"""Recurrence rules of a series: RFC 5545 rules with skipped and extra dates, expanded in local wall time.

The wall clock decides: a rule is expanded without zones and each date becomes a moment afterwards. A meetup on
Thursdays at seven stays at seven when the clocks change.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from community.core.errors import ValidationFailed
from community.meetups.rules.expansion import Budget, expand
from community.meetups.rules.rrule_parser import MAX_OCCURRENCES, WEEKDAYS, InvalidRule, checked, parse_times

# How far a rule is followed. A rule without a date in that time is refused. February 29 falls on a given weekday every
# 28 years, and every 40 around the year 2100.
MAX_SPAN = timedelta(days=41 * 366)


@dataclass(frozen=True, kw_only=True)
class Recurrence:
    """A recurrence in wall time. `rule` is an RRULE without its name; when it is empty, only `extra` dates count."""

    rule: str
    first: datetime
    skip: tuple[datetime, ...] = ()
    extra: tuple[datetime, ...] = ()

    @property
    def parts(self) -> dict[str, str]:
        """Return the rule's parts by name."""
        return dict(part.split("=", 1) for part in self.rule.split(";")) if self.rule else {}

    @property
    def is_endless(self) -> bool:
        """Return whether the rule has neither a count nor an end."""
        return bool(self.rule) and not self.parts.keys() & {"COUNT", "UNTIL"}

    @property
    def furthest(self) -> datetime:
        """Return the wall time up to which the rule is followed."""
        return self.first + MAX_SPAN

    def as_json(self) -> dict[str, Any]:
        """Return the recurrence as the JSON that is stored."""
        return {
            "rule": self.rule,
            "first": self.first.isoformat(),
            "skip": [one.isoformat() for one in self.skip],
            "extra": [one.isoformat() for one in self.extra],
        }

    def as_text(self, zone: str) -> str:
        """Return the RFC 5545 lines, which `parse` accepts again."""
        lines = [f"RRULE:{self.rule}"] if self.rule else []
        for name, moments in (("EXDATE", self.skip), ("RDATE", self.extra)):
            if moments:
                lines.append(f"{name};TZID={zone}:" + ",".join(one.strftime("%Y%m%dT%H%M%S") for one in moments))
        return "\n".join(lines)


def from_json(kept: Mapping[str, Any] | None) -> Recurrence | None:
    """Return the stored recurrence, or None for a meetup that happens once."""
    if not kept:
        return None
    return Recurrence(
        rule=kept["rule"],
        first=datetime.fromisoformat(kept["first"]),
        skip=tuple(map(datetime.fromisoformat, kept["skip"])),
        extra=tuple(map(datetime.fromisoformat, kept["extra"])),
    )


def parse(text: str, *, first: datetime, zone: str) -> Recurrence:
    """Parse `FREQ=…`, with or without `RRULE:` before it, and lines of EXDATE and RDATE. Raises InvalidRule.

    UNTIL may be local, UTC (`Z`) or a day, which then counts to its end. A finite rule has at most MAX_OCCURRENCES
    dates.
    """
    if not text.isascii():
        raise InvalidRule("A rule can only have plain letters and numbers.")
    rule = ""
    skip: list[datetime] = []
    extra: list[datetime] = []
    for line in filter(None, (line.strip() for line in text.replace("\\n", "\n").splitlines())):
        name, _, value = line.rpartition(":") if ":" in line else ("RRULE", "", line)
        name = name.split(";", 1)[0].upper()
        if name == "RRULE" and not rule:
            rule = checked(value, zone)
        elif name in ("EXDATE", "RDATE"):
            moments = parse_times(value, line.rpartition(":")[0], zone, day_means=first.time())
            (skip if name == "EXDATE" else extra).extend(moments)
            if len(skip) > MAX_OCCURRENCES or len(extra) > MAX_OCCURRENCES:
                raise InvalidRule(f"{name} has more than {MAX_OCCURRENCES} days.")
        else:
            raise InvalidRule(f"We don’t support {name}. Use one RRULE line, and EXDATE and RDATE lines.")
    found = Recurrence(rule=rule, first=first, skip=tuple(sorted({*skip})), extra=tuple(sorted({*extra})))
    _refuse_impossible(found)
    return found


def requested(text: str | None, *, first: datetime, time_zone: str) -> Recurrence | None:
    """Parse the rule of a form or request; None when it is empty. Raises ValidationFailed for `recurrence`."""
    if not text or not text.strip():
        return None
    try:
        return parse(text, first=first, zone=time_zone)
    except InvalidRule as error:
        raise ValidationFailed(errors={"recurrence": [str(error)]}) from error


def wall_times(
    repeats: Recurrence, *, until: datetime | None = None, since: datetime | None = None, budget: Budget | None = None
) -> list[datetime]:
    """Return the first dates in order, from `since` to `until`, both included, at most MAX_OCCURRENCES + 1.

    Stops early when the budget's steps are used up.
    """
    bound = until or repeats.furthest
    skipped = {*repeats.skip}

    def counts(one: datetime) -> bool:
        return one not in skipped and one <= bound and (since is None or one >= since)

    found = {*islice(filter(counts, _of_rule(repeats, bound, budget)), MAX_OCCURRENCES + 1)}
    return sorted(found | {*filter(counts, repeats.extra)})[: MAX_OCCURRENCES + 1]


def ended_before(repeats: Recurrence, moment: datetime) -> Recurrence:
    """Return the recurrence without its dates from this wall time on."""
    parts = {name: value for name, value in repeats.parts.items() if name not in ("COUNT", "UNTIL")}
    before = (one for one in _of_rule(repeats, moment) if one < moment and one not in repeats.skip)
    last = max(before, default=moment - timedelta(days=1))
    parts["UNTIL"] = last.strftime("%Y%m%dT%H%M%S")
    return Recurrence(
        rule=";".join(f"{name}={value}" for name, value in parts.items()) if repeats.rule else "",
        first=repeats.first,
        skip=repeats.skip,
        extra=tuple(one for one in repeats.extra if one < moment),
    )


def from_date_on(repeats: Recurrence, key: datetime, *, to: datetime) -> Recurrence:
    """Return the rest of a recurrence from one of its dates on, with that date moved to the wall time `to`.

    A count loses the dates before. Another time of day applies to all following dates. Another day does too when the
    rule names only that day. Raises InvalidRule when the rule cannot be followed from there.
    """
    parts = repeats.parts
    if "COUNT" in parts:
        before = sum(1 for one in _of_rule(repeats, key) if one < key)
        parts["COUNT"] = str(max(1, int(parts["COUNT"]) - before))
    if to.date() != key.date():
        parts = _on_another_day(parts, key, to)
    shift = to - key

    def moved(moments: Iterable[datetime]) -> tuple[datetime, ...]:
        return tuple(datetime.combine((one + shift).date(), to.time()) for one in moments if one >= key)

    if "UNTIL" in parts and shift:
        last = datetime.combine((_until(parts["UNTIL"]) + shift).date(), time(23, 59, 59))
        parts["UNTIL"] = last.strftime("%Y%m%dT%H%M%S")
    return Recurrence(
        rule=";".join(f"{name}={value}" for name, value in parts.items()),
        first=to,
        skip=moved(repeats.skip),
        extra=moved(repeats.extra),
    )


def _on_another_day(parts: dict[str, str], key: datetime, to: datetime) -> dict[str, str]:
    old, new = WEEKDAYS[key.weekday()], WEEKDAYS[to.weekday()]
    days = parts.get("BYDAY", "")
    if days == old or (not days and not any(name.startswith("BY") for name in parts)):
        return {**parts, "BYDAY": new} if days else parts
    if parts.get("BYMONTHDAY") == str(key.day):
        return {**parts, "BYMONTHDAY": str(to.day)}
    if days.endswith(old) and "," not in days and parts["FREQ"] == "MONTHLY":
        is_last = days.startswith("-1") and (to + timedelta(days=7)).month != to.month
        return {**parts, "BYDAY": f"{-1 if is_last else (to.day - 1) // 7 + 1}{new}"}
    raise InvalidRule("Please also choose how it repeats. The rule so far doesn’t fall on that day.")


def rule_of_choices(
    *,
    repeats: str,
    first: datetime,
    weekdays: Iterable[str] = (),
    ends: str = "never",
    count: int | None = None,
    until: date | None = None,
) -> str:
    """Return the RRULE for the choices of the form; empty for `once`. The order of `weekdays` does not matter."""
    today = WEEKDAYS[first.weekday()]
    days = ",".join(day for day in WEEKDAYS if day in {*weekdays}) or today
    rules = {
        "day": "FREQ=DAILY",
        "week": f"FREQ=WEEKLY;BYDAY={days}",
        "2_weeks": f"FREQ=WEEKLY;INTERVAL=2;BYDAY={days}",
        "3_weeks": f"FREQ=WEEKLY;INTERVAL=3;BYDAY={days}",
        "4_weeks": f"FREQ=WEEKLY;INTERVAL=4;BYDAY={days}",
        "month_weekday": f"FREQ=MONTHLY;BYDAY={(first.day - 1) // 7 + 1}{today}",
        "month_last": f"FREQ=MONTHLY;BYDAY=-1{today}",
        "month_day": f"FREQ=MONTHLY;BYMONTHDAY={first.day}",
    }
    if repeats not in rules:
        return ""
    end = {"count": f";COUNT={count}", "until": f";UNTIL={until:%Y%m%d}" if until else ""}.get(ends, "")
    return rules[repeats] + end


def _of_rule(repeats: Recurrence, bound: datetime, budget: Budget | None = None) -> Iterator[datetime]:
    """Return the rule's own dates until `bound`. Every expansion of a rule goes through here."""
    if not repeats.rule:
        return iter(())
    parts = repeats.parts
    count, until = parts.pop("COUNT", None), parts.pop("UNTIL", None)
    last = min(bound, _until(until)) if until else bound
    found = expand(parts, repeats.first, until=last, budget=budget or Budget())
    return islice(found, int(count) if count else None)


def _refuse_impossible(repeats: Recurrence) -> None:
    """Raise InvalidRule for a rule without a date, with too many, or that reaches too far."""
    dates = [*islice(_of_rule(repeats, repeats.furthest), MAX_OCCURRENCES + 1)]
    if not repeats.is_endless and len({*dates, *repeats.extra}) > MAX_OCCURRENCES:
        raise InvalidRule(f"That’s more than {MAX_OCCURRENCES} meetups. Choose an earlier end, or no end.")
    if len(dates) < int(repeats.parts.get("COUNT", 0)):
        raise InvalidRule("That’s too far ahead. Choose fewer times.")
    if not {*dates, *repeats.extra} - {*repeats.skip}:
        raise InvalidRule("No day fits this rule.")


def _until(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%S")  # noqa: DTZ007 - wall time
