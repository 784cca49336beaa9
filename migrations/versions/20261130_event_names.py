"""Rename event types and notification kinds in stored rows to their standard names.

Events that wait, notifications, deliveries, preferences and staff tasks keep working under the new names. Audit entries
keep the action they were written with: their hashes cover it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "event_names"
down_revision = "message_rate"
branch_labels = None
depends_on = None

NAMES = {
    "address.refused": "email.bounced",
    "address.tried": "email.retry_requested",
    "attendance.missed": "attendance.no_show",
    "checkin.asked": "check_in.prompted",
    "checkin.due": "check_in.due",
    "checkin.missed": "check_in.missed",
    "checkin.nudged": "check_in.reminded",
    "checkin.read": "check_in.reviewed",
    "checkin.recorded": "check_in.recorded",
    "conflict.found": "blocked_pair.detected",
    "contact.forbidden": "no_contact.created",
    "coordinator.asked": "coordinator_contact.requested",
    "date.coming": "occurrence.reminder_due",
    "date.over": "occurrence.ended",
    "dates.due": "series.extension_due",
    "first_week.begun": "onboarding.started",
    "first_week.door": "companion.wanted",
    "first_week.door_again": "companion.requested_again",
    "first_week.door_closed": "companion.cancelled",
    "first_week.door_due": "companion.check_due",
    "first_week.door_taken": "companion.assigned",
    "first_week.door_unwatched": "companion.missing",
    "first_week.door_wanted": "companion.requested",
    "first_week.due": "onboarding.ended",
    "first_week.hello": "onboarding.greeting",
    "first_week.hello_due": "onboarding.greeting_due",
    "first_week.welcomed": "onboarding.greeted",
    "hardhour.begun": "planned_support.started",
    "hardhour.due": "planned_support.due",
    "mentor.asked": "mentor.applied",
    "mentor.refused": "mentor.rejected",
    "offer.ended": "rsvp.offer_expiry_due",
    "pairing.answers_due": "pairing.review_due",
    "pairing.asked": "pairing.review_requested",
    "pairing.flagged": "pairing.safety_flagged",
    "pairing.looked_into": "pairing.safety_reviewed",
    "pairing.prompted": "pairing.prompt_sent",
    "pairing.quiet_due": "pairing.inactivity_check_due",
    "password.reset_asked": "password.reset_requested",
    "quiet.ended": "inactivity.ended",
    "quiet.look_due": "inactivity.check_due",
    "quiet.noticed": "inactivity.detected",
    "quiet.told": "inactivity.shared",
    "reachout.answered": "reach_out.answered",
    "reachout.asked": "reach_out.responders_notified",
    "reachout.claimed": "reach_out.claimed",
    "reachout.closed": "reach_out.closed",
    "reachout.helper_asks": "reach_out.debrief_requested",
    "reachout.missed": "reach_out.missed",
    "reachout.opened": "reach_out.opened",
    "reachout.reopened": "reach_out.resumed",
    "reachout.room_due": "reach_out.room_due",
    "reachout.silence_due": "reach_out.response_check_due",
    "reachout.step_due": "reach_out.step_due",
    "reachout.thanked": "reach_out.thanked",
    "reachout.unanswered": "reach_out.unanswered",
    "reachout.waiting": "reach_out.waiting",
    "reminder.due": "occurrence.upcoming",
    "report.handled": "report.resolved",
    "seat.opened": "waitlist.seat_available",
    "seat.released": "rsvp.seat_reclaimed",
    "shift.hand_over_due": "shift.handover_due",
    "standin.claimed": "stand_in.accepted",
    "standin.due": "stand_in.due",
    "standin.offered": "stand_in.announced",
    "standin.wanted": "stand_in.requested",
    "timer.due": "periodic_job.due",
}
COLUMNS = (
    ("outbox_events", "type"),
    ("notifications", "kind"),
    ("deliveries", "kind"),
    ("notification_preferences", "kind"),
    ("coordinator_tasks", "kind"),
)
PROMPTS = ("pairing.prompt_due", "pairing.prompted", "pairing.prompt_sent")


def upgrade() -> None:
    _rename_values(NAMES)
    _rename_payload_field("beat", "prompt_number")


def downgrade() -> None:
    _rename_payload_field("prompt_number", "beat")
    _rename_values({new: old for old, new in NAMES.items()})


def _rename_values(names: dict[str, str]) -> None:
    for table_name, column_name in COLUMNS:
        column = sa.column(column_name, sa.String)
        table = sa.table(table_name, column)
        renamed = sa.case(names, value=column)
        op.execute(table.update().where(column.in_(list(names))).values({column_name: renamed}))


def _rename_payload_field(old: str, new: str) -> None:
    """Rename a field in the payload of the events about prompts that are not done yet."""
    plain = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    events = sa.table("outbox_events", sa.column("id"), sa.column("type", sa.String), sa.column("payload", plain))
    connection = op.get_bind()
    for row in connection.execute(sa.select(events).where(events.c.type.in_(PROMPTS))).all():
        payload = dict(row.payload)
        if old in payload:
            payload[new] = payload.pop(old)
            connection.execute(events.update().where(events.c.id == row.id).values(payload=payload))
