"""Notification settings: one choice of three levels, then single kinds; nothing that a page shows is lost on saving."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from community.core.outbox.notification_kinds import switchable_kinds
from community.notifications.actions import update_preferences
from community.notifications.preferences.levels import choices_of, level_of
from community.notifications.queries.preferences import PreferencesView, my_preferences, sections
from tests.conftest import Act, SignedInClient
from tests.factories import Cast
from tests.pages import post_form
from tests.support.buddy_fixtures import MakePairing

Page = Callable[..., FlaskClient]
ADDRESS = "/notifications/preferences"


def sent(view: PreferencesView) -> set[str]:
    """What is mailed or pushed."""
    return {one.kind for one in view.items if one.email or one.push}


def fields_of(page: str) -> dict[str, Any]:
    """What a browser without scripts posts from this page as it is."""
    from html.parser import HTMLParser

    posted: dict[str, Any] = {}

    class Reader(HTMLParser):
        inside = False

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found = dict(attrs)
            self.inside = found.get("action") == ADDRESS if tag == "form" else self.inside
            if not self.inside or tag != "input" or "name" not in found:
                return
            if found.get("type") in ("checkbox", "radio") and "checked" not in found:
                return
            posted.setdefault(str(found["name"]), []).append(found.get("value") or "on")

    Reader().feed(page)
    posted.setdefault("away_zone", [""])
    return posted


def test_ben_begins_with_everything_and_each_level_holds_the_one_before(act: Act, cast: Cast) -> None:
    assert act.read(cast.ben, my_preferences).level == "everything"
    everything = sent(act.read(cast.ben, my_preferences))
    meetups = act(cast.ben, update_preferences, level="meetups")
    people = act(cast.ben, update_preferences, level="people")
    assert (meetups.level, people.level) == ("meetups", "people")
    assert sent(people) < sent(meetups) < everything
    assert {"message.posted", "reach_out.responders_notified", "planned_support.started"} <= sent(people)
    assert not {"rsvp.promoted", "buddy.suggested"} & sent(people)
    assert {"rsvp.promoted", "occurrence.cancelled", "reminder.120"} <= sent(meetups)
    assert sent(act(cast.ben, update_preferences, level="everything")) == everything


def test_one_box_makes_a_mix_of_bens_own_and_a_level_ends_it(act: Act, cast: Cast) -> None:
    mixed = act(cast.ben, update_preferences, wanted={("meetup.posted", "email"): True})
    assert mixed.level is None
    assert level_of(choices_of("meetups") | {("meetup.posted", "email"): True}) is None
    both = act(cast.ben, update_preferences, level="people", wanted={("rsvp.promoted", "push"): True})
    assert both.level is None
    assert "rsvp.promoted" in sent(both)
    act(cast.ben, update_preferences, buddy_only=True)
    back = act(cast.ben, update_preferences, level="meetups")
    assert (back.level, back.buddy_only) == ("meetups", False)


def test_a_level_leaves_what_ada_gets_as_a_coordinator(act: Act, cast: Cast) -> None:
    act(cast.ada, update_preferences, level="people")
    assert "message.reported" in sent(act.read(cast.ada, my_preferences))


def test_the_api_takes_a_level_and_keeps_the_shape_of_its_items(api: Callable[..., SignedInClient], cast: Cast) -> None:
    ben = api(cast.ben)
    answer = ben.put("/notification-preferences", {"level": "people"}).json
    assert answer["level"] == "people"
    assert set(answer["items"][0]) == {"kind", "title", "inapp", "email", "push"}
    assert ben.put("/notification-preferences", {"level": "nothing"}).status_code == 422
    assert ben.put("/notification-preferences", {"previews": "none"}).json["previews"] == "none"
    assert ben.get("/notification-preferences").json["level"] == "people"


def test_whatever_button_ben_presses_everything_on_the_page_is_saved(page: Page, act: Act, cast: Cast) -> None:
    ben = page(cast.ben)
    posted = fields_of(ben.get(ADDRESS).text)
    del posted["email:rsvp.promoted"]
    posted |= {"discreet": ["no"], "rhythm": ["daily"], "daily_at": ["09:15"], "previews": ["none"]}
    posted |= {"quiet-4": ["on"], "from-4": ["21:30"], "to-4": ["06:00"], "away_zone": ["Europe/Berlin"]}
    assert post_form(ben, ADDRESS, posted).status_code == 302
    saved = act.read(cast.ben, my_preferences)
    [seat] = [one for one in saved.items if one.kind == "rsvp.promoted"]
    assert (seat.email, seat.push) == (False, True)
    assert (saved.discreet, saved.frequency, saved.daily_at, saved.previews) == (False, "daily", "09:15", "none")
    assert saved.quiet_hours == [{"weekday": 4, "from": "21:30", "to": "06:00"}]
    assert saved.away_zone == "Europe/Berlin"
    assert fields_of(ben.get(ADDRESS).text)["was"] != posted["was"]


def test_a_level_and_a_box_of_the_same_page_are_both_saved(page: Page, act: Act, cast: Cast) -> None:
    ben = page(cast.ben)
    posted = fields_of(ben.get(ADDRESS).text)
    posted |= {"level": ["people"], "email:meetup.posted": ["on"]}
    post_form(ben, ADDRESS, posted)
    assert "meetup.posted" in sent(act.read(cast.ben, my_preferences))
    assert "rsvp.promoted" not in sent(act.read(cast.ben, my_preferences))


def test_a_page_left_open_takes_back_nothing_that_was_saved_since(page: Page, act: Act, cast: Cast) -> None:
    ben = page(cast.ben)
    old = fields_of(ben.get(ADDRESS).text)
    act(cast.ben, update_preferences, wanted={("meetup.posted", "email"): True})
    del old["push:rsvp.promoted"]
    post_form(ben, ADDRESS, old)
    saved = {one.kind: one for one in act.read(cast.ben, my_preferences).items}
    assert saved["meetup.posted"].email
    assert not saved["rsvp.promoted"].push


def test_a_refused_page_shows_what_ben_filled_in(page: Page, act: Act, cast: Cast) -> None:
    ben = page(cast.ben)
    posted = fields_of(ben.get(ADDRESS).text)
    posted |= {name: ["00:00"] for day in range(7) for name in (f"from-{day}", f"to-{day}")}
    posted |= {f"quiet-{day}": ["on"] for day in range(7)}
    posted |= {"email:meetup.posted": ["on"], "previews": ["none"]}
    answer = post_form(ben, ADDRESS, posted)
    assert answer.status_code == 422
    again = fields_of(answer.text)
    assert "email:meetup.posted" in again
    assert again["previews"] == ["none"]
    assert "quiet-6" in again
    assert "meetup.posted" not in sent(act.read(cast.ben, my_preferences))
    again |= {"to-3": ["06:00"], "from-3": ["22:00"]}
    assert post_form(ben, ADDRESS, again).status_code == 302
    assert "meetup.posted" in sent(act.read(cast.ben, my_preferences))


def kinds_on_page(act: Act, member: Any) -> dict[str, set[str]]:
    """The kinds on a member's page, by section."""

    def read(ctx: Any) -> dict[str, set[str]]:
        found = sections(ctx, my_preferences(ctx).items)
        return {one.title: {row.kind for row in one.kinds} for one in found}

    return act.read(member, read)


def test_no_line_is_shown_for_what_ben_can_never_get(act: Act, cast: Cast, make_pairing: MakePairing) -> None:
    before = kinds_on_page(act, cast.ben)
    assert "For coordinators" not in before
    assert not {"pairing.ended", "sanction.lifted", "planned_support.started"} & set().union(*before.values())
    assert "Buddy" not in before
    make_pairing(cast.ben, cast.cleo)
    assert {"buddy.matched", "pairing.review_requested", "stand_in.announced"} <= kinds_on_page(act, cast.ben)["Buddy"]
    assert set(kinds_on_page(act, cast.ada)) >= {
        "Messages",
        "Meetups",
        "Check-ins and calls for help",
        "Account",
        "For coordinators",
    }


def test_hidden_lines_keep_their_choice_when_the_page_is_saved(page: Page, act: Act, cast: Cast) -> None:
    act(cast.ben, update_preferences, wanted={("buddy.matched", "email"): False})
    ben = page(cast.ben)
    post_form(ben, ADDRESS, fields_of(ben.get(ADDRESS).text))
    [one] = [one for one in act.read(cast.ben, my_preferences).items if one.kind == "buddy.matched"]
    assert (one.email, one.push) == (False, True)


@pytest.mark.parametrize("kind", ["rsvp.confirmed"])
def test_a_kind_that_no_rule_sends_is_not_offered(kind: str) -> None:
    assert kind not in switchable_kinds()
