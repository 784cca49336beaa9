"""Lists of invitees as people save them: BOM, semicolons, UTF-16, quotes, formulas; right rows or a clear error."""

import pytest

from community.console.rules.invitation_csv import InviteeRow, UnreadableFile, read_invitees, with_verdicts
from community.core.csv_export import as_csv

EXPECTED = [("wren@example.org", "Spring"), ("fox@example.org", "")]


@pytest.mark.parametrize(
    "raw",
    [
        b"email,cohort\nwren@example.org,Spring\nfox@example.org,\n",
        b"email,cohort\r\nwren@example.org,Spring\r\nfox@example.org,\r\n",
        b"\xef\xbb\xbfE-Mail;Group\r\nwren@example.org;Spring\r\nfox@example.org;\r\n",
        b"cohort\temail\nSpring\twren@example.org\n\tfox@example.org\n",
        b'Name,Email,Group\n"Wren, W.",wren@example.org,Spring\n"two\nlines",fox@example.org,\n',
        b"wren@example.org,Spring\nfox@example.org\n",
        b"\n\nemail , cohort\n\n wren@example.org , Spring \nfox@example.org,\n\n",
        "email,cohort\nwren@example.org,Spring\nfox@example.org,\n".encode("utf-16"),
        "email;cohort\nwren@example.org;Spring\nfox@example.org;\n".encode("utf-16-le"),
        "email;cohort\nwren@example.org;Spring\nfox@example.org;\n".encode("utf-16-be"),
        b'email,cohort\nwren@example.org,"Spring"\n"fox@example.org",""',
    ],
)
def test_a_list_is_read_however_it_was_saved(raw: bytes) -> None:  # console 2
    assert [(row.email, row.cohort) for row in read_invitees(raw)] == EXPECTED


def test_windows_letters_are_read() -> None:
    assert read_invitees("email;cohort\nwren@example.org;Frühling\n".encode("cp1252"))[0].cohort == "Frühling"


def test_lines_are_those_of_the_file() -> None:
    rows = read_invitees(b'email\n"a@example.org"\n"b\n@example.org"\nc@example.org\n')
    assert [row.line for row in rows] == [2, 3, 5]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "empty"),
        (b" \r\n \n", "empty"),
        (b"email,cohort\n", "no rows"),
        (b"email\n" + b"x" * 210_000, "larger"),
        (b"email\n" + b"y" * 2_000 + b"\n", "more than 1000 characters"),
        (b"email\n" + b"a@example.org\n" * 1_001, "more than 1000 rows"),
        (b'email\n"wren@example.org\nfox@example.org\n', "quotation mark"),
        (b"PK\x03\x04\x00\x00\x01binary\x00", "isn’t a text file"),
        (b"\xff\xfe\x00", "letters"),
        (b"email\nwren\x81@example.org", "letters"),
    ],
)
def test_a_list_that_cannot_be_read_says_why(raw: bytes, words: str) -> None:  # console 2
    with pytest.raises(UnreadableFile, match=words):
        read_invitees(raw)


def test_every_row_gets_its_verdict() -> None:  # console 1
    rows = read_invitees(
        b"email,cohort\nnew@example.org,spring\nNEW@example.org,\nben@example.org,\nopen@example.org,\n"
        b'nonsense,\nother@example.org,Winter\n=HYPERLINK("http://x"),\n'
    )
    shown = with_verdicts(rows, members={"ben@example.org"}, invited={"open@example.org"}, cohorts={"spring"})
    assert [row.verdict for row in shown] == [
        "new",
        "duplicate",
        "member",
        "invited",
        "bad_address",
        "unknown_cohort",
        "bad_address",
    ]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_no_cell_of_a_file_runs(cell: str) -> None:  # S41
    assert as_csv(("a",), [(cell,)]).splitlines()[1].lstrip('"').startswith("'")


def test_plain_cells_stay_as_they_are() -> None:
    assert as_csv(("email",), [("wren@example.org",)]) == "email\r\nwren@example.org\r\n"
    assert InviteeRow(1, "a", "b").verdict == ""
