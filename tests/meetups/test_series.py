"""Series: made, answered as a whole, changed for one date, from one on, or altogether."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from community.core.errors import Conflict, Forbidden, ValidationFailed
from community.meetups.actions import edit_occurrence, rsvps, series
from community.meetups.actions.edit_occurrence import CapacityBelowGoing
from community.meetups.events import OccurrenceCancelled, OccurrenceRescheduled, RsvpWaitlisted, SeriesExtensionDue
from tests.conftest import Act
from tests.factories import Cast
from tests.meetups.conftest import Walks

THURSDAY = datetime(2026, 11, 26, 19, 0)
WEEKLY = "FREQ=WEEKLY;BYDAY=TH;COUNT=6"


def locals_of(walks: Walks, meetup: Any) -> list[str]:
    """The wall times of what still happens."""
    return [f"{one.starts_at_local:%m-%d %H:%M}" for one in walks.dates(meetup) if one.state == "scheduled"]


def test_a_finite_rule_has_all_its_dates_and_an_endless_one_half_a_year(
    act: Act, walks: Walks, run_worker: Callable[[datetime], None]
) -> None:
    assert len(walks.dates(walks.post(recurrence=WEEKLY))) == 6
    endless = walks.post(recurrence="FREQ=WEEKLY")
    assert len(walks.dates(endless)) == 26
    view = walks.view(endless)
    assert view.recurrence_words == "Every Thursday at 7:00 pm, New York time"
    assert view.recurrence == "RRULE:FREQ=WEEKLY"

    for weeks in range(1, 4):
        run_worker(act.now + timedelta(weeks=weeks, minutes=1))

    dates = walks.dates(endless)
    assert len(dates) == 29
    assert {one.starts_at_local.hour for one in dates} == {19}
    assert len({one.recurrence_id for one in dates}) == 29
    act(None, lambda uow: uow.record(SeriesExtensionDue(meetup_id=endless)))  # again is no more
    run_worker(act.now + timedelta(weeks=3, minutes=2))
    assert len(walks.dates(endless)) == 29


def test_six_last_fridays_one_left_out_and_one_moved(act: Act, walks: Walks, cast: Cast) -> None:  # M10
    meetup = walks.post(
        starts_at_local=datetime(2026, 11, 27, 19, 0),
        recurrence="FREQ=MONTHLY;BYDAY=-1FR;COUNT=6\nEXDATE:20270129T190000",
    )
    dates = walks.dates(meetup)
    [fourth] = [one for one in dates if one.starts_at_local == datetime(2027, 2, 26, 19, 0)]
    act(
        cast.ada,
        edit_occurrence.change_occurrence,
        occurrence_id=fourth.id,
        changes={"starts_at_local": datetime(2027, 2, 27, 19, 0)},
    )
    assert locals_of(walks, meetup) == ["11-27 19:00", "12-25 19:00", "02-27 19:00", "03-26 19:00", "04-30 19:00"]
    moved = walks.dates(meetup)[2]
    assert (moved.id, moved.version, moved.recurrence_id) == (fourth.id, 2, datetime(2027, 2, 26, 19, 0))


def test_a_standing_yes_and_one_evening_off(act: Act, walks: Walks, cast: Cast) -> None:  # M12
    meetup = walks.post(recurrence=WEEKLY, capacity=1)
    dates = walks.dates(meetup)
    walks.answer(cast.cleo, dates[2].id)  # that evening is full
    walks.answer(cast.ben, dates[4].id, "declined")
    before = len(act.events)

    act(cast.ben, rsvps.answer_series, meetup_id=meetup, answer="going")

    states = [walks.mine(cast.ben, one.id) for one in dates]
    assert states == [("going", None)] * 2 + [("waitlisted", 1), ("going", None), ("declined", None), ("going", None)]
    assert [one for one in act.events[before:] if isinstance(one, RsvpWaitlisted)] == [
        RsvpWaitlisted(occurrence_id=dates[2].id, member_id=cast.ben.id, is_standing=True)
    ]
    walks.answer(cast.ben, dates[0].id, "declined")
    act(cast.ben, rsvps.answer_series, meetup_id=meetup, answer="going")  # said again, nothing changes
    assert walks.mine(cast.ben, dates[0].id) == ("declined", None)
    assert walks.mine(cast.ben, dates[2].id) == ("waitlisted", 1)

    act(cast.ben, rsvps.answer_series, meetup_id=meetup, answer="declined")
    assert {walks.mine(cast.ben, one.id) for one in dates} == {("declined", None)}


def test_a_full_evening_of_a_standing_yes_is_told_at_once(
    act: Act, walks: Walks, cast: Cast, run_worker: Callable[[datetime], None], api: Callable[..., Any]
) -> None:  # M12
    meetup = walks.post(recurrence=WEEKLY, capacity=1)
    walks.answer(cast.cleo, walks.dates(meetup)[2].id)
    act(cast.ben, rsvps.answer_series, meetup_id=meetup, answer="going")
    run_worker(act.now)
    told = [one["title"] for one in api(cast.ben).get("/notifications").json["items"] if "waiting" in one["title"]]
    assert [title.split(":")[0] for title in told] == ["You’re on the waiting list"]


def test_a_single_meetup_has_no_standing_rsvp(act: Act, walks: Walks, cast: Cast) -> None:
    with pytest.raises(rsvps.OnceOnly):
        act(cast.ben, rsvps.answer_series, meetup_id=walks.post(), answer="going")


def test_this_and_what_follows_moves_and_what_was_before_stays(act: Act, walks: Walks, cast: Cast) -> None:  # M11
    meetup = walks.post(recurrence=WEEKLY, title="Walk", capacity=5)
    dates = walks.dates(meetup)
    act(cast.ben, rsvps.answer_series, meetup_id=meetup, answer="going")
    walks.answer(cast.cleo, dates[1].id)
    walks.answer(cast.cleo, dates[4].id, "declined")
    act.later(days=4)  # the first one is over

    act(
        cast.ada,
        series.change_series,
        meetup_id=meetup,
        scope="following",
        from_occurrence=dates[3].id,
        changes={"starts_at_local": datetime(2026, 12, 18, 18, 0), "title": "Friday walk"},
    )

    after = walks.dates(meetup)
    assert [one.id for one in after] == [one.id for one in dates], "every date kept its id"
    assert [f"{one.starts_at_local:%m-%d %H:%M}" for one in after] == [
        "11-26 19:00",
        "12-03 19:00",
        "12-10 19:00",
        "12-18 18:00",
        "12-25 18:00",
        "01-01 18:00",
    ]
    assert [one.version for one in after] == [1, 1, 1, 2, 2, 2]
    assert {walks.mine(cast.ben, one.id) for one in after} == {("going", None)}
    assert (walks.mine(cast.cleo, after[1].id), walks.mine(cast.cleo, after[4].id)) == (
        ("going", None),
        ("declined", None),
    )
    titles = {one.id: one.title for one in walks.view(meetup).occurrences}
    assert [titles[one.id] for one in after[1:]] == ["Walk", "Walk", "Friday walk", "Friday walk", "Friday walk"]
    assert walks.view(meetup).recurrence_words == "Every Friday at 6:00 pm, New York time, 3 times"
    assert walks.view(meetup, cast.ben).my_standing == "going"


def test_a_changed_rule_keeps_shared_days_and_cancels_answered_ones(act: Act, walks: Walks, cast: Cast) -> None:  # M11
    meetup = walks.post(recurrence=WEEKLY)
    dates = walks.dates(meetup)
    walks.answer(cast.ben, dates[3].id)
    before = len(act.events)

    act(
        cast.ada,
        series.change_series,
        meetup_id=meetup,
        scope="all",
        changes={"recurrence": "FREQ=WEEKLY;INTERVAL=2;COUNT=3"},
    )

    after = walks.dates(meetup)
    assert locals_of(walks, meetup) == ["11-26 19:00", "12-10 19:00", "12-24 19:00"]
    assert [one.id for one in after if one.state == "scheduled"] == [dates[0].id, dates[2].id, dates[4].id]
    assert [one.id for one in after if one.state == "cancelled"] == [dates[3].id], "what nobody answered is gone"
    assert [one for one in act.events[before:] if isinstance(one, OccurrenceCancelled)] == [
        OccurrenceCancelled(occurrence_id=dates[3].id, version=2)
    ]


def test_all_of_it_changes_time_and_a_moved_date_stays_where_it_was_put(act: Act, walks: Walks, cast: Cast) -> None:
    meetup = walks.post(recurrence=WEEKLY)
    dates = walks.dates(meetup)
    moved = datetime(2026, 12, 11, 12, 0)
    act(cast.ada, edit_occurrence.change_occurrence, occurrence_id=dates[2].id, changes={"starts_at_local": moved})
    act(cast.ada, edit_occurrence.cancel, occurrence_id=dates[5].id)

    act(
        cast.ada,
        series.change_series,
        meetup_id=meetup,
        scope="all",
        changes={"starts_at_local": datetime(2026, 11, 26, 18, 30)},
    )

    assert locals_of(walks, meetup) == ["11-26 18:30", "12-03 18:30", "12-11 12:00", "12-17 18:30", "12-24 18:30"]
    assert [one.id for one in walks.dates(meetup)] == [one.id for one in dates]


def test_place_and_length_change_for_all_and_words_alone_tell_nobody(act: Act, walks: Walks, cast: Cast) -> None:
    meetup = walks.post(recurrence=WEEKLY)
    before = len(act.events)
    act(cast.ada, series.change_series, meetup_id=meetup, scope="all", changes={"title": "Stroll"})
    assert not [one for one in act.events[before:] if isinstance(one, OccurrenceRescheduled)]
    act(
        cast.ada,
        series.change_series,
        meetup_id=meetup,
        scope="all",
        changes={"duration_minutes": 90, "place": {"kind": "in_person", "address": "12 Elm Street"}},
    )
    assert sum(isinstance(one, OccurrenceRescheduled) for one in act.events[before:]) == 6
    assert {(one.ends_at - one.starts_at, one.version) for one in walks.dates(meetup)} == {(timedelta(minutes=90), 2)}
    assert {one.place.address for one in walks.view(meetup).occurrences} == {"12 Elm Street"}


def test_the_rest_is_called_off_with_a_reason(act: Act, walks: Walks, cast: Cast) -> None:
    meetup = walks.post(recurrence="FREQ=WEEKLY")
    dates = walks.dates(meetup)
    act(cast.ada, edit_occurrence.cancel, occurrence_id=dates[2].id, scope="following", reason="The lake is closed.")
    assert locals_of(walks, meetup) == ["11-26 19:00", "12-03 19:00"]
    assert walks.view(meetup).recurrence_words == "Every Thursday at 7:00 pm, New York time, until December 3, 2026"
    assert {one.cancel_reason for one in walks.dates(meetup)[2:]} == {"The lake is closed."}


def test_seats_of_a_series_never_go_below_who_is_going(act: Act, walks: Walks, cast: Cast) -> None:  # M5
    meetup = walks.post(recurrence=WEEKLY, capacity=1)
    dates = walks.dates(meetup)
    for one in (cast.ben, cast.cleo):
        walks.answer(one, dates[1].id)
    act(cast.ada, series.change_series, meetup_id=meetup, scope="all", changes={"capacity": 2})
    assert walks.mine(cast.cleo, dates[1].id) == ("going", None)
    with pytest.raises(CapacityBelowGoing):
        act(cast.ada, series.change_series, meetup_id=meetup, scope="all", changes={"capacity": 1})


def test_refusals_of_changes_are_clear(act: Act, walks: Walks, cast: Cast) -> None:
    meetup = walks.post(recurrence="FREQ=WEEKLY;BYDAY=TU,TH")
    first = walks.dates(meetup)[0]
    change = {"meetup_id": meetup, "scope": "following"}
    with pytest.raises(ValidationFailed, match="Please check what you entered"):
        act(cast.ada, series.change_series, **change, changes={"title": "Stroll"})
    with pytest.raises(Conflict):
        act(cast.ada, series.change_series, **change, from_occurrence=meetup, changes={})
    with pytest.raises(Forbidden):
        act(cast.ben, series.change_series, **change, from_occurrence=first.id, changes={"title": "Mine"})
    friday = {"starts_at_local": datetime(2026, 11, 27, 19, 0)}
    with pytest.raises(ValidationFailed) as refused:
        act(cast.ada, series.change_series, **change, from_occurrence=first.id, changes=friday)
    assert "how it repeats" in str(refused.value.errors)


def test_a_series_through_the_api(cast: Cast, api: Callable[..., Any]) -> None:
    ada, ben = api(cast.ada), api(cast.ben)
    wanted = {
        "title": "Thursday table",
        "description": "",
        "starts_at_local": "2030-03-07T19:00",
        "time_zone": "America/New_York",
        "duration_minutes": 90,
        "capacity": 12,
        "recurrence": "RRULE:FREQ=WEEKLY;COUNT=4",
        "place": {"kind": "in_person", "address": "41 Alder Street"},
    }
    made = ada.post("/meetups", wanted).json
    assert [one["starts_at"] for one in made["occurrences"]] == [
        "2030-03-08T00:00:00Z",
        "2030-03-14T23:00:00Z",
        "2030-03-21T23:00:00Z",
        "2030-03-28T23:00:00Z",
    ]
    url = f"/meetups/{made['id']}"
    assert ben.put(f"{url}/standing-rsvp", {"answer": "going"}).json == {"answer": "going"}
    assert {one["my_rsvp"]["state"] for one in ben.get(url).json["occurrences"]} == {"going"}
    second = made["occurrences"][1]["id"]
    later = {"scope": "following", "from_occurrence": second, "starts_at_local": "2030-03-14T18:00"}
    assert [one["starts_at"][11:16] for one in ada.patch(url, later).json["occurrences"]] == ["00:00"] + ["22:00"] * 3
    off = ada.post(f"/occurrences/{second}/cancel", {"reason": "Rain", "scope": "following"}).json["occurrences"]
    assert [one["state"] for one in off] == ["scheduled"] + ["cancelled"] * 3
    seen = ada.post("/meetups/preview", {key: wanted[key] for key in ("starts_at_local", "time_zone", "recurrence")})
    assert seen.json["words"] == "Every Thursday at 7:00 pm, New York time, 4 times"
    assert len(seen.json["dates"]) == 4
    wrong = ada.post("/meetups", {**wanted, "recurrence": "FREQ=WEEKLY;BYDAY=FUNDAY"})
    assert (wrong.status_code, list(wrong.json["errors"])) == (422, ["recurrence"])
