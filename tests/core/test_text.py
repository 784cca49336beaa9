"""Text from people: taken in clean, shown without becoming anything else."""

import pytest

from community.core.text import clean, clean_line, linked

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
    shown = str(linked(text))
    without_links = shown.replace(' rel="noopener noreferrer nofollow" target="_blank">', ">")
    for tag in without_links.split("<")[1:]:
        assert tag.startswith(('a href="http://', 'a href="https://', 'a href="hTTps://', "/a>"))
    for link in shown.split('<a href="')[1:]:
        address, rest = link.split('"', 1)
        assert address.lower().startswith(("http://", "https://"))
        assert rest.startswith(' rel="noopener noreferrer nofollow" target="_blank">')
        assert not set(address) & set("<>\"'` ")


def test_addresses_become_links_without_their_full_stop() -> None:
    assert str(linked("See https://example.org/a?b=1&c=2.")) == (
        'See <a href="https://example.org/a?b=1&amp;c=2" rel="noopener noreferrer nofollow" target="_blank">'
        "https://example.org/a?b=1&amp;c=2</a>."
    )


def test_text_is_kept_in_one_form() -> None:
    assert clean("  cafe\u0301\r\nand\rtea \n") == "caf\u00e9\nand\ntea"
    assert clean_line(" one  line ") == "one  line"


@pytest.mark.parametrize("text", ["\x00", "a\x1bb", "a\x7fb", "a\u202eb", "a\u2066b", "\ud800", "\ufffe", "a\x85b"])
def test_what_cannot_be_shown_is_refused(text: str) -> None:  # S17
    with pytest.raises(ValueError, match="cannot be shown"):
        clean(f"x{text}x")


@pytest.mark.parametrize("text", ["a\nb", "a\tb", "a\u2028b", "a\u2029b"])
def test_a_line_is_one_line(text: str) -> None:  # S19
    with pytest.raises(ValueError, match="one line"):
        clean_line(text)
