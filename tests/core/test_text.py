"""Text from people: taken in clean, shown without becoming anything else."""

import pytest

from community.core.characters import clean, clean_line, shows_something
from community.core.text import isolated, linkify

ATTACKS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    'https://x.org/"onmouseover="alert(1)',
    "https://x.org/'><svg/onload=alert(1)>",
    "http://<b>x</b>",
    "https://x.org/`${alert(1)}`",
    "{{ 7 * 7 }}{% print(1) %}",
    "&lt;script&gt;",
    "hTTps://EVIL.example/<x>",
    "<a href='javascript:alert(1)'>x</a>",
    '<!--<img src="--><img src=x onerror=alert(1)>">',
)


@pytest.mark.parametrize("text", ATTACKS)
def test_nothing_that_is_written_becomes_markup(text: str) -> None:  # S17
    shown = str(linkify(text))
    without_links = shown.replace(' rel="noopener noreferrer nofollow" target="_blank">', ">")
    for tag in without_links.split("<")[1:]:
        assert tag.startswith(('a href="http://', 'a href="https://', 'a href="hTTps://', "/a>"))
    for link in shown.split('<a href="')[1:]:
        address, rest = link.split('"', 1)
        assert address.lower().startswith(("http://", "https://"))
        assert rest.startswith(' rel="noopener noreferrer nofollow" target="_blank">')
        assert not set(address) & set("<>\"'` ")


def test_addresses_become_links_without_their_full_stop() -> None:
    assert str(linkify("See https://example.org/a?b=1&c=2.")) == (
        'See <a href="https://example.org/a?b=1&amp;c=2" rel="noopener noreferrer nofollow" target="_blank">'
        "https://example.org/a?b=1&amp;c=2</a>."
    )


def test_text_is_kept_in_one_form() -> None:
    assert clean("  cafe\u0301\r\nand\rtea \n") == "caf\u00e9\nand\ntea"
    assert clean_line(" one  line ") == "one  line"


@pytest.mark.parametrize("text", ["\x00", "\ud800"])
def test_characters_that_no_keyboard_writes_are_refused(text: str) -> None:
    """S17, X12: NUL and lone surrogates are errors of a program."""
    for take in (clean, clean_line):
        with pytest.raises(ValueError, match="characters we can't show"):
            take(f"x{text}x")


@pytest.mark.parametrize("text", ["a\nb", "a\tb", "a\r\nb"])
def test_a_line_is_one_line(text: str) -> None:  # S19
    with pytest.raises(ValueError, match="one line"):
        clean_line(text)


PHONE = "+1 (555) 010-0199"
PASTED = {
    f"\u202a{PHONE}\u202c": PHONE,  # an iPhone's contacts
    f"\u2066{PHONE}\u2069": PHONE,
    f"call \u2068{PHONE}": f"call {PHONE}",
    f"\u202d{PHONE}": PHONE,
    "evil\u202egpj.exe": "evilgpj.exe",
    "\u2069\u202cends": "ends",
    "one\x0btwo": "one\ntwo",  # slides
    "one\x0ctwo": "one\ntwo",  # PDF
    "one\x85two": "one\ntwo",
    "one\u2028two\u2029three": "one\ntwo\nthree",
    "a\x1bb\x07\x7f\x9fc": "abc",
    "a\ufffe\uffff\ufdd0\U0001ffffb": "ab",
    "hidden\U000e0041\U000e0042\U000e0001": "hidden",
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f": (
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
    ),
    "👩\u200d👧 می\u200cخواهم": "👩\u200d👧 می\u200cخواهم",
    f"טלפון \u202a{PHONE}\u202c": f"טלפון \u2066{PHONE}\u2069",
    f"טלפון \u202a{PHONE}\nb": f"טלפון \u2066{PHONE}\u2069\nb",
    f"טלפון \u202e{PHONE}\u202c\u2069": f"טלפון {PHONE}",
}


@pytest.mark.parametrize(("pasted", "stored"), PASTED.items(), ids=ascii)
def test_bens_pasted_text_is_taken_without_invisible_characters(pasted: str, stored: str) -> None:
    """X12: marks of direction, line ends of other programs and controls are dropped, closed or turned."""
    assert clean(pasted) == stored
    assert clean(stored) == stored


def test_a_pasted_title_has_blanks_for_line_ends() -> None:
    """X12: a title from slides or a PDF."""
    assert clean_line("Sunday\x0bwalk\u2028at ten\x0c") == "Sunday walk at ten"
    assert clean_line(f"\u202a{PHONE}\u202c") == PHONE
    assert clean_line("טיול \u2066x\u2069") == "טיול x"


UNSEEN = (
    "\u200b\u3164\u2800\u2060\ufe0f\xad\ufeff\u200e\u034f\u180e\u115f\u1160\uffa0\u061c\u17b4\u200d\u2064\u206f\u2003"
    "\u3000\x85\u2028\ufff9\U000e0020\U000e0100\U0001bca0\U0001d159\U0001d173\U00016fe4\u202e\u2066"
)


@pytest.mark.parametrize("text", [*UNSEEN, UNSEEN, "\u200b \n\u3164"], ids=ascii)
def test_text_that_shows_nothing_is_empty(text: str) -> None:
    """X12: whatever kind of nothing it is."""
    assert not shows_something(text)
    assert clean(text) == clean_line(text.replace("\n", "")) == ""


@pytest.mark.parametrize("text", ["a", ".", "é", "\u0301", "👍", "ש", "中", "\u200ba", "\ufffd"], ids=ascii)
def test_text_that_shows_something_is_not_empty(text: str) -> None:
    """X12: the rule keeps what a reader sees."""
    assert shows_something(text)
    assert clean(text) == text


def test_a_name_of_the_other_direction_does_not_turn_a_sentence() -> None:
    """X15: names of Hebrew or Arabic letters stand in an isolate within our sentences."""
    assert str(isolated("Ben & Co")) == "Ben &amp; Co"
    assert str(isolated("<b>דוב")) == "<bdi>&lt;b&gt;דוב</bdi>"
