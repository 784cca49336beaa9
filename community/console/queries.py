"""What coordinators look at before they act."""

from collections.abc import Sequence

from community.console.rules import Row, judged
from community.core.unit_of_work import Reading
from community.members import queries as members_queries
from community.members.rules import normal_email


def judge(look: Reading, *, rows: Sequence[Row]) -> list[Row]:
    """What would become of each row of a list if it were sent now. Raises Forbidden."""
    _ = look.staff
    emails = {normal_email(row.email) for row in rows}
    members, invited = members_queries.known_addresses(look, emails)
    return judged(rows, members=members, invited=invited, cohorts=members_queries.cohort_ids(look))
