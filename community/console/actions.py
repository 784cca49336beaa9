"""What coordinators do to many people at once."""

from collections.abc import Sequence

from community.console import queries
from community.console.rules import Row
from community.core.unit_of_work import Role, UnitOfWork
from community.members import joining
from community.members import queries as members_queries


def invite_many(uow: UnitOfWork, *, rows: Sequence[Row], secret: str) -> list[Row]:
    """Invite everybody on the list whose verdict is still `new`; the others stay as they are. Returns the verdicts."""
    judged = queries.judge(uow, rows=rows)
    cohorts = members_queries.cohort_ids(uow)
    for row in judged:
        if row.verdict == "new":
            cohort_id = cohorts[row.cohort.lower()] if row.cohort else None
            joining.invite(uow, email=row.email, role=Role.ALUMNUS, secret=secret, cohort_id=cohort_id)
    return judged
