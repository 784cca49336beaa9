"""CSV files that any spreadsheet opens."""

import csv
import io
from collections.abc import Iterable, Sequence

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a CSV file that any spreadsheet opens and in which no cell is a formula."""
    return plain_csv(head, ([escape_formula(cell) for cell in row] for row in rows))


def plain_csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return the rows as they are, for ourselves to read again."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows(rows)
    return out.getvalue()


def escape_formula(cell: str) -> str:
    """Return the cell, with a quote in front when a spreadsheet would run it."""
    return f"'{cell}" if cell.startswith(_STARTS_A_FORMULA) else cell
