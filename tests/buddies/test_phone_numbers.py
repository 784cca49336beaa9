"""Phone numbers as people write and paste them."""

import pytest

from community.buddies.rules import normal_phone, phone_link
from community.buddies.schemas.pairings import PhoneSchema

WRITTEN = {
    "+1 555 0100": ("+1 555 0100", "tel:+15550100"),
    "(555) 010-0199": ("(555) 010-0199", "tel:5550100199"),
    "\u00a0555\u00a0010\u00a00199": ("555 010 0199", "tel:5550100199"),
    "+1 (555) 010\u20110199": ("+1 (555) 010-0199", "tel:+15550100199"),
    "555\u20130100": ("555-0100", "tel:5550100"),
    "555\u22120100": ("555-0100", "tel:5550100"),
    "555-0100 x12": ("555-0100 x12", "tel:5550100;ext=12"),
    "555-0100x12": ("555-0100x12", "tel:5550100;ext=12"),
    "555-0100, ext. 12": ("555-0100, ext. 12", "tel:5550100;ext=12"),
    "555.010.0199 Extension 7": ("555.010.0199 Extension 7", "tel:5550100199;ext=7"),
    "555-0100 #12": ("555-0100 #12", "tel:5550100;ext=12"),
    "\u202a+1 (555) 010-0199\u202c": ("+1 (555) 010-0199", "tel:+15550100199"),
    "\u200e+1\u200b555\u20600100": ("+15550100", "tel:+15550100"),
    "(+1) 555 010 0199": ("(+1) 555 010 0199", "tel:+15550100199"),
    "\uff0b\uff11 \uff15\uff15\uff15\u30000100": ("+1 555 0100", "tel:+15550100"),
    "\u0665\u0665\u0665-\u0660\u0661\u0660\u0660": ("555-0100", "tel:5550100"),
    "tel:+1-555-0100": ("+1-555-0100", "tel:+1-555-0100".replace("-", "")),
    "0049 (0)30 / 12345-67": ("0049 (0)30 / 12345-67", "tel:00490301234567"),
}
NO_NUMBERS = (
    "",
    "call me",
    "123",
    "+",
    "()",
    "\u200b",
    "1-800-FLOWERS",
    "555 0100; 555 0101 and 555 0102",
    "555-0100 x1 x2",
    "javascript:5550100",
    '5550100">',
    "555-0100 ext",
    "1" * 18,
    "+1+5550100",
    "555-0100\n555-0101",
    " (" * 2_000,
    "5550100" + " " * 4_000 + "x",
)


@pytest.mark.parametrize(("written", "kept"), WRITTEN.items(), ids=ascii)
def test_ben_shares_a_number_as_he_writes_it(written: str, kept: tuple[str, str]) -> None:
    """X12: brackets, dashes, blanks and extensions of every kind are taken; a tap dials."""
    number = PhoneSchema().load({"number": written})["number"]
    assert (number, phone_link(number)) == kept
    assert normal_phone(number) == number


@pytest.mark.parametrize("written", NO_NUMBERS, ids=lambda text: ascii(text[:20]))
def test_numbers_that_no_one_can_dial_are_refused(written: str) -> None:
    """X12: words, two numbers and markup are none."""
    assert PhoneSchema().validate({"number": written})
