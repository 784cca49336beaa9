"""Shared parts of pages: flashes with Undo, chips, and buttons that ask first."""

import re
from typing import Any

from flask import Flask, get_template_attribute, render_template_string, session

from community.core.web.flashes import flash_with_undo
from community.core.web.forms import Form

OPTIONS = [("en", "English"), ("es", "Spanish")]


def macro(app: Flask, name: str, *arguments: Any, **named: Any) -> str:
    """Call a macro of `_forms.html` with an empty form."""
    with app.test_request_context("/"):
        return str(get_template_attribute("_forms.html", name)(*arguments, **named))


def test_a_flash_carries_a_form_that_undoes_and_shows_once(app: Flask) -> None:
    with app.test_request_context("/"):
        flash_with_undo("You left <Evenings>.", "/rooms/1/join", came_from="leaving")
        page = render_template_string("{% extends 'error.html' %}", status=404)
        assert "You left &lt;Evenings&gt;." in page
        form = page.split('class="toast"')[1].split("</form>")[0]
        assert 'method="post" action="/rooms/1/join"' in form
        assert 'name="csrf_token"' in form
        assert '<input type="hidden" name="came_from" value="leaving">' in form
        assert "<button>Undo</button>" in form
        assert "_flashes" not in session


def test_chips_check_what_was_chosen_and_take_own_words(app: Flask) -> None:
    with app.test_request_context("/"):
        form = Form()
        several = get_template_attribute("_forms.html", "chips")(
            form, "languages", "Languages", OPTIONS, chosen=["es"], hint="Tap all you speak.", other="more"
        )
        single = get_template_attribute("_forms.html", "chips")(
            form, "language", "Language", OPTIONS, chosen="en", kind="radio", required=True
        )
    assert 'type="checkbox" name="languages" value="es" checked' in several
    assert 'type="checkbox" name="languages" value="en">' in several
    assert '<fieldset class="field" id="languages" tabindex="-1" aria-describedby="languages-hint"' in several
    assert re.search(r'<label for="languages-other">Something else</label>\s*<input [^>]*name="more"', several)
    assert 'type="radio" name="language" value="en" checked required' in single
    assert 'value="es" required' in single


def test_a_button_that_asks_first_needs_no_script(app: Flask) -> None:
    button = macro(
        app,
        "confirm_button",
        "token",
        "/rooms/1/leave",
        "Leave room",
        title="Leave Evenings?",
        explanation="You can come back at any time.",
        confirm_text="Leave",
        id="leave",
    )
    assert 'type="button" popovertarget="leave"' in button
    question = button.split("popover role")[1]
    assert 'method="post" action="/rooms/1/leave"' in question
    assert 'value="token"' in question
    assert '<button class="btn btn--danger">Leave</button>' in question
    assert 'popovertargetaction="hide" autofocus>Cancel</button>' in question
