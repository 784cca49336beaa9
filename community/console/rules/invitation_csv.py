"""Lists of invitees: parsed tolerantly, judged row by row, and written as files in which nothing runs."""

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from community.members.rules.accounts import address_problem, normal_email

MAX_ROWS = 1_000
LARGEST_FILE = 200 * 1024
MAX_CELL_LENGTH = 1_000
_ADDRESS_HEADS = {"email", "e-mail", "mail", "address", "e-mail address", "email address"}
_COHORT_HEADS = {"cohort", "group", "class"}
_NAME_HEADS = {"name", "full name", "legal name"}
_FIRST_NAME_HEADS = {"first name", "firstname", "first", "given name"}
_LAST_NAME_HEADS = {"last name", "lastname", "last", "surname", "family name"}
_TOWN_HEADS = {"town", "city", "place"}
_MAX_DETAIL_LENGTH = 120


class UnreadableFile(ValueError):
    """A file that cannot be parsed as a list. Its text says what to do."""


@dataclass(frozen=True)
class InviteeRow:
    """One row of a list: its line number, its address, who the person is where the list says so, and its verdict."""

    line: int
    email: str
    cohort: str
    verdict: str = ""
    name: str = ""
    town: str = ""


VERDICTS: Mapping[str, str] = {
    "new": "Will be invited",
    "invited": "Already invited",
    "member": "Already a member",
    "duplicate": "Duplicate in this list",
    "bad_address": "Not an e-mail address",
    "unknown_cohort": "Unknown cohort",
    "too_long": "The name or the town is too long",
}


def read_invitees(raw: bytes) -> list[InviteeRow]:
    """Return the rows of a file in UTF-8, UTF-16 or Windows-1252, separated by `,` `;` or tabs, with or without a
    header.

    Raises UnreadableFile.
    """
    if len(raw) > LARGEST_FILE:
        raise UnreadableFile(f"The file is larger than {LARGEST_FILE // 1024} KB. Split it.")
    text = _decoded(raw)
    cells = _cells(text)
    if not cells:
        raise UnreadableFile("The file is empty.")
    head = [cell.casefold() for cell in cells[0][1]]
    named = bool(_ADDRESS_HEADS & set(head))
    email_at, cohort_at = _columns(head) if named else _guessed_columns(cells)
    name_at, town_at = (_name_columns(head), _column(head, _TOWN_HEADS)) if named else ((), None)
    rows = [
        InviteeRow(
            line,
            _cell(row, email_at),
            _cell(row, cohort_at),
            name=" ".join(part for part in (_cell(row, place) for place in name_at) if part),
            town=_cell(row, town_at),
        )
        for line, row in (cells[1:] if named else cells)
    ]
    if not rows:
        raise UnreadableFile("The file has a header but no rows.")
    if len(rows) > MAX_ROWS:
        raise UnreadableFile(f"The file has more than {MAX_ROWS} rows. Split it.")
    return rows


def with_verdicts(
    rows: Sequence[InviteeRow], *, members: Collection[str], invited: Collection[str], cohorts: Collection[str]
) -> list[InviteeRow]:
    """Return the rows with their verdicts.

    `members` and `invited` hold normalized addresses, `cohorts` names in lower case.
    """
    seen: set[str] = set()
    verdicts = []
    for row in rows:
        email = normal_email(row.email)
        verdicts.append(replace(row, verdict=_verdict(row, email, seen, members, invited, cohorts)))
        seen.add(email)
    return verdicts


def _verdict(
    row: InviteeRow,
    email: str,
    seen: Collection[str],
    members: Collection[str],
    invited: Collection[str],
    cohorts: Collection[str],
) -> str:
    if address_problem(email):
        return "bad_address"
    if email in seen:
        return "duplicate"
    if email in members:
        return "member"
    if email in invited:
        return "invited"
    if max(len(row.name), len(row.town)) > _MAX_DETAIL_LENGTH:
        return "too_long"
    return "unknown_cohort" if row.cohort and row.cohort.lower() not in cohorts else "new"


def _decoded(raw: bytes) -> str:
    try:
        if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            text = raw.decode("utf-16")
        elif raw[1:2] == b"\0" or raw[:1] == b"\0":
            text = raw.decode("utf-16-le" if raw[1:2] == b"\0" else "utf-16-be")
        else:
            text = _eight_bit(raw)
    except UnicodeDecodeError as error:
        raise UnreadableFile("We couldn’t read the letters in this file. Save it as CSV in UTF-8.") from error
    if "\0" in text:
        raise UnreadableFile("This isn’t a text file. Save the list as CSV.")
    return text


def _eight_bit(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252")


def _cells(text: str) -> list[tuple[int, list[str]]]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)
    rows: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for row in reader:
            cells = [" ".join(cell.split()) for cell in row]
            if any(cells):
                rows.append((line, cells))
            if any(len(cell) > MAX_CELL_LENGTH for cell in cells):
                raise UnreadableFile(f"Line {line} has a cell of more than {MAX_CELL_LENGTH} characters.")
            line = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableFile(f"Line {line} can’t be read: a quotation mark is missing.") from error
    return rows


def _columns(head: list[str]) -> tuple[int, int | None]:
    email_at = next(place for place, cell in enumerate(head) if cell in _ADDRESS_HEADS)
    return email_at, _column(head, _COHORT_HEADS)


def _name_columns(head: list[str]) -> tuple[int, ...]:
    """Return the columns whose cells make the name: first and last name, or the one that has it whole."""
    parts = (_column(head, _FIRST_NAME_HEADS), _column(head, _LAST_NAME_HEADS))
    found = tuple(place for place in parts if place is not None)
    whole = _column(head, _NAME_HEADS)
    return found or (() if whole is None else (whole,))


def _column(head: list[str], names: Collection[str]) -> int | None:
    return next((place for place, cell in enumerate(head) if cell in names), None)


def _guessed_columns(cells: list[tuple[int, list[str]]]) -> tuple[int, int | None]:
    for _, row in cells:
        for place, cell in enumerate(row):
            if "@" in cell:
                return place, place + 1
    return 0, 1


def _cell(row: list[str], place: int | None) -> str:
    return row[place] if place is not None and place < len(row) else ""
