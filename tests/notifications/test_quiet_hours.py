"""Quiet hours by the local clock: over nights, weekends, and the two nights on which the clock jumps."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from community.notifications.rules.quiet_hours import (
    MAX_JITTER,
    QuietWindow,
    is_quiet_all_week,
    next_at,
    plan_send,
    quiet_since,
    quiet_until,
)

BERLIN = ZoneInfo("Europe/Berlin")
NIGHTS = [QuietWindow(day, time(22), time(7)) for day in range(7)]
CLOCKS = some.builds(time, some.integers(0, 23), some.sampled_from([0, 1, 30, 59]))


def local(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("2026-03-29 01:30", datetime(2026, 3, 29, 5, 0, tzinfo=UTC)),
        ("2026-10-25 01:30", datetime(2026, 10, 25, 6, 0, tzinfo=UTC)),
        ("2026-11-23 22:00", datetime(2026, 11, 24, 6, 0, tzinfo=UTC)),
        ("2026-11-23 21:59", None),
        ("2026-11-24 07:00", None),
    ],
)
def test_a_night_ends_at_seven_by_the_clock_on_the_wall(said: str, until: datetime | None) -> None:  # N5
    assert quiet_until(local(said), NIGHTS, BERLIN) == until


def test_an_hour_that_comes_twice_is_quiet_both_times() -> None:  # N5
    windows = [QuietWindow(6, time(2), time(2, 30))]
    first, second = datetime(2026, 10, 25, 0, 10, tzinfo=UTC), datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    assert quiet_until(first, windows, BERLIN) == quiet_until(second, windows, BERLIN) == second + timedelta(minutes=20)


def test_a_window_inside_the_hour_that_is_skipped_does_no_harm() -> None:  # N5
    windows = [QuietWindow(6, time(1, 30), time(2, 30))]
    end = quiet_until(local("2026-03-29 01:45"), windows, BERLIN)
    assert end is not None
    assert end.astimezone(BERLIN).time() >= time(3)


def test_equal_times_are_a_whole_day_and_a_day_without_hours_is_open() -> None:  # N5
    sunday = [QuietWindow(6, time(0), time(0))]
    assert quiet_until(local("2026-11-29 12:00"), sunday, BERLIN) == local("2026-11-30 00:00")
    assert quiet_until(local("2026-11-30 00:00"), sunday, BERLIN) is None
    assert quiet_until(local("2026-11-28 23:59"), [], BERLIN) is None


def test_windows_that_touch_are_one_and_a_week_without_a_gap_is_known() -> None:
    weekend = [QuietWindow(4, time(20), time(0)), QuietWindow(5, time(0), time(0)), QuietWindow(6, time(0), time(18))]
    assert quiet_until(local("2026-11-27 21:00"), weekend, BERLIN) == local("2026-11-29 18:00")
    assert quiet_since(local("2026-11-29 12:00"), weekend, BERLIN) == local("2026-11-27 20:00")
    always = [QuietWindow(day, time(0), time(0)) for day in range(7)]
    assert is_quiet_all_week(always)
    assert not is_quiet_all_week(NIGHTS)
    assert quiet_until(local("2026-11-27 21:00"), always, BERLIN) is None


@given(
    at=some.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=some.just(UTC)),
    zone=some.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]),
    windows=some.lists(
        some.builds(QuietWindow, some.integers(0, 6), CLOCKS, CLOCKS),
        max_size=6,
    ),
    spread=some.uuids(),
)
def test_nothing_is_ever_early_lost_or_let_out_into_quiet(
    at: datetime, zone: str, windows: list[QuietWindow], spread: UUID
) -> None:  # N5 N12
    where = ZoneInfo(zone)
    plan = plan_send(at, now=at, windows=windows, zone=where, seed=spread)
    assert at <= plan.at <= at + timedelta(days=10)
    end = quiet_until(at, windows, where)
    assert plan.held == (end is not None)
    if end is not None:
        assert quiet_until(end, windows, where) is None
        assert end <= plan.at < end + MAX_JITTER


def test_mail_that_quiet_hours_would_expire_comes_before_or_never() -> None:  # N12
    night = {"windows": NIGHTS, "zone": BERLIN, "seed": uuid4()}
    start = local("2026-11-24 07:04")
    plan = plan_send(local("2026-11-24 06:00"), now=local("2026-11-23 23:00"), expires_at=start, **night)
    assert local("2026-11-24 07:00") <= plan.at < start
    early = local("2026-11-24 06:30")
    plan = plan_send(local("2026-11-24 05:30"), now=local("2026-11-23 20:00"), expires_at=early, **night)
    assert local("2026-11-23 21:59") < plan.at < local("2026-11-23 22:00")
    assert plan_send(local("2026-11-24 05:30"), now=local("2026-11-24 05:30"), expires_at=early, **night).too_late
    assert plan_send(early, now=early, expires_at=early, **night).too_late


def test_the_daily_hour_is_the_next_one_on_the_wall() -> None:
    assert next_at(local("2026-11-24 07:59"), time(8), BERLIN) == local("2026-11-24 08:00")
    assert next_at(local("2026-11-24 08:00"), time(8), BERLIN) == local("2026-11-25 08:00")
    assert next_at(local("2026-03-28 12:00"), time(2, 30), BERLIN) > local("2026-03-28 12:00")
