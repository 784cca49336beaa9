"""Local clock times around the days on which the clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.core.local_time import moment_on, next_moment, possible_moments, to_local, to_utc

NEW_YORK = "America/New_York"
SKIPPED = datetime(2026, 3, 8, 2, 30)
TWICE = datetime(2026, 11, 1, 1, 30)
ZONES = st.sampled_from([NEW_YORK, "Europe/London", "Australia/Lord_Howe", "Asia/Kolkata"])


def test_a_time_that_the_clock_skips_moves_forward() -> None:
    assert to_local(to_utc(SKIPPED, NEW_YORK), NEW_YORK) == datetime(2026, 3, 8, 3, 30)


def test_of_a_time_that_the_clock_shows_twice_the_first_counts() -> None:
    assert to_utc(TWICE, NEW_YORK) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize("local", [SKIPPED, TWICE])
def test_an_odd_time_could_mean_two_moments(local: datetime) -> None:
    earliest, latest = possible_moments(local, NEW_YORK)
    assert latest - earliest == timedelta(hours=1)


def test_an_ordinary_time_means_one_moment() -> None:
    noon = datetime(2026, 6, 1, 12)
    assert possible_moments(noon, NEW_YORK) == (to_utc(noon, NEW_YORK),) * 2


def test_a_zone_is_given_by_name_or_as_itself() -> None:
    noon = date(2026, 6, 1), time(12)
    assert moment_on(*noon, NEW_YORK) == moment_on(*noon, ZoneInfo(NEW_YORK))


@given(zone=ZONES, after=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)), weekday=st.integers(0, 6))
def test_the_next_weekly_time_is_ahead_and_within_eight_days(zone: str, after: datetime, weekday: int) -> None:
    moment = after.replace(tzinfo=UTC)
    found = next_moment(moment, clock=time(9), zone=zone, on=lambda day: day.weekday() == weekday)
    assert timedelta(0) < found - moment < timedelta(days=8)
    local = to_local(found, zone)
    assert (local.weekday(), local.time()) == (weekday, time(9))


def test_a_day_that_never_comes_is_an_error() -> None:
    with pytest.raises(ValueError, match="two months"):
        next_moment(datetime(2026, 1, 1, tzinfo=UTC), clock=time(9), zone=NEW_YORK, on=lambda day: False)
