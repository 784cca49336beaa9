"""Quotas of what one member may do that reaches another person.

`tests/house/test_quotas.py` checks for every event that notifies a member which quota bounds it. Coordinators and
admins are bounded only where the text itself is the reason (`DANGER_WORDS`).
"""

from community.core.permissions import Permission
from community.core.quotas import Quota
from community.core.unit_of_work import UnitOfWork

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0

DANGER_WORDS = Quota("danger_words", 5, 10, MINUTE, shows_help=True)
DANGER_REPORTS = Quota("danger_reports", 5, 10, MINUTE, shows_help=True)
REPORTS = Quota("reports", 30, 30, HOUR)
REACH_OUTS = Quota("reach_outs", 10, 10, HOUR, shows_help=True)
REACH_OUTS_AGAIN = Quota("reach_outs_again", 5, 10, HOUR, shows_help=True)
CLAIMS = Quota("claims", 10, 20, HOUR)
COORDINATOR_REQUESTS = Quota("coordinator_requests", 2, 3, HOUR, shows_help=True)
SHARED_CHECK_INS = Quota("shared_check_ins", 5, 12, DAY, shows_help=True)
RESPONDER_FEEDBACK = Quota("helper_words", 3, 6, DAY, shows_help=True)
COMPANION_REQUESTS = Quota("doors", 4, 8, DAY)
STAND_INS = Quota("stand_ins", 6, 12, DAY)
MENTOR_REQUESTS = Quota("mentor_requests", 2, 3, DAY)
SHARED_PHONES = Quota("shared_phones", 3, 6, DAY)
NEXT_SUGGESTIONS = Quota("next_suggestions", 10, 10, DAY)
ANSWERS = Quota("answers", 30, 60, HOUR)
DATE_CHANGES = Quota("date_changes", 10, 20, HOUR)

ALL = (
    DANGER_WORDS,
    DANGER_REPORTS,
    REPORTS,
    REACH_OUTS,
    REACH_OUTS_AGAIN,
    CLAIMS,
    COORDINATOR_REQUESTS,
    SHARED_CHECK_INS,
    RESPONDER_FEEDBACK,
    COMPANION_REQUESTS,
    STAND_INS,
    MENTOR_REQUESTS,
    SHARED_PHONES,
    NEXT_SUGGESTIONS,
    ANSWERS,
    DATE_CHANGES,
)


def take(uow: UnitOfWork, quota: Quota) -> None:
    """Use one of the actor's quota. Staff are not bounded. Raises TooMany with the seconds until the next is free."""
    if not uow.actor.may(Permission.WORK_TASKS):
        quota.take(uow.session, uow.actor.id, now=uow.now)
