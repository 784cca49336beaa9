"""Rename tables and columns to their standard names. No row changes.

Constraints keep the names that they were made with; indexes of renamed tables and columns follow, since they are
compared by name. Encrypted values stay bound to the associated data that they were written with.
"""

import sqlalchemy as sa
from alembic import op

revision = "standard_names"
down_revision = "event_names"
branch_labels = None
depends_on = None

TABLES = {
    "attendances": "attendance",
    "attendance_marks": "attendance_submissions",
    "case_openings": "evidence_access_grants",
    "check_in_rhythms": "check_in_schedules",
    "coordinator_tasks": "staff_tasks",
    "coordinator_tasks_hidden": "staff_task_exclusions",
    "first_weeks": "onboarding",
    "hard_hours": "planned_support_times",
    "quiet_watches": "inactivity_watches",
    "reach_out_answers": "reach_out_feedback",
    "reach_out_asks": "responder_requests",
    "reach_settings": "delivery_settings",
    "readiness": "responder_availability",
    "refused_addresses": "suppressed_addresses",
    "what_helps": "helpful_actions",
}
# By the table's new name.
COLUMNS = {
    "appeals": {"words": "statement"},
    "attendance_submissions": {"nonce": "idempotency_key"},
    "buddy_profiles": {"ceiling": "max_active", "rests_until": "cooldown_until"},
    "check_in_schedules": {
        "every": "interval",
        "at": "local_time",
        "anchor": "anchor_date",
        "missed": "missed_count",
        "tells_buddy": "notify_buddy",
    },
    "deliveries": {"worthless_at": "expires_at", "gather": "batch_key", "urgency": "priority", "token": "lease_token"},
    "delivery_settings": {
        "quiet": "quiet_hours",
        "is_discreet": "hide_details",
        "rhythm": "frequency",
        "only_buddy": "buddy_only",
    },
    "inactivity_watches": {
        "tells_buddy": "notify_buddy",
        "tells_coordinator": "notify_coordinator",
        "level": "escalation_level",
        "quiet_since": "inactive_since",
    },
    "match_runs": {"is_dry": "is_dry_run", "sealed_inputs": "input_json"},
    "meetups": {"made_until": "occurrences_created_until", "room_over_at": "room_closes_at"},
    "message_edits": {"until": "replaced_at"},
    "message_mentions": {"is_told": "is_notified"},
    "milestones": {"put_away_at": "archived_at"},
    "notification_mutes": {"sort": "subject_type"},
    "onboarding": {"met_at": "companion_assigned_at", "steps_done": "completed_steps"},
    "outbox_events": {"place": "sequence", "urgency": "priority", "token": "lease_token", "key": "dedupe_key"},
    "pairings": {
        "asked_at": "review_requested_at",
        "asked_why": "review_reason",
        "a_choice": "a_review",
        "b_choice": "b_review",
        "beat": "prompt_number",
    },
    "push_subscriptions": {"sealed": "keys_encrypted", "reached_at": "last_delivered_at"},
    "reach_outs": {"asker_id": "requester_id", "ending": "outcome", "lines_at": "hotlines_shown_at"},
    "reach_out_steps": {"place": "position", "reached_at": "started_at"},
    "responder_availability": {"until": "available_until", "wakes": "overrides_quiet_hours"},
    "responder_requests": {"reading_at": "viewed_at", "passed_at": "declined_at"},
    "rooms": {"cut_seq": "purged_through_seq"},
    "rsvps": {"passed_over_at": "offer_declined_at", "asked_version": "reconfirm_version"},
    "sign_in_attempts": {"account": "account_digest", "address": "ip_digest"},
}
INDEXES = {
    "ix_attendances_member_id": "ix_attendance_member_id",
    "ix_check_in_rhythms_next_at": "ix_check_in_schedules_next_at",
    "ix_case_openings_case_id": "ix_evidence_access_grants_case_id",
    "ix_case_openings_room_id_opened_at": "ix_evidence_access_grants_room_id_opened_at",
    "ix_quiet_watches_next_at": "ix_inactivity_watches_next_at",
    "ix_first_weeks_companion_id": "ix_onboarding_companion_id",
    "ix_first_weeks_ends_at": "ix_onboarding_ends_at",
    "ix_first_weeks_greeter_id": "ix_onboarding_greeter_id",
    "ix_first_weeks_occurrence_id": "ix_onboarding_occurrence_id",
    "ix_hard_hours_member_id": "ix_planned_support_times_member_id",
    "ix_hard_hours_next_at": "ix_planned_support_times_next_at",
    "ix_readiness_until": "ix_responder_availability_available_until",
    "ix_reach_out_asks_member_id": "ix_responder_requests_member_id",
    "ix_sign_in_attempts_address": "ix_sign_in_attempts_ip_digest",
    "ix_coordinator_tasks_done_at": "ix_staff_tasks_done_at",
    "uq_coordinator_tasks_open": "uq_staff_tasks_open",
}


def upgrade() -> None:
    for old, new in TABLES.items():
        op.rename_table(old, new)
    for table, columns in COLUMNS.items():
        for old, new in columns.items():
            op.execute(f'ALTER TABLE {table} RENAME COLUMN "{old}" TO "{new}"')
    _rename_indexes(INDEXES)


def downgrade() -> None:
    _rename_indexes({new: old for old, new in INDEXES.items()})
    for table, columns in COLUMNS.items():
        for old, new in columns.items():
            op.execute(f'ALTER TABLE {table} RENAME COLUMN "{new}" TO "{old}"')
    for old, new in TABLES.items():
        op.rename_table(new, old)


def _rename_indexes(names: dict[str, str]) -> None:
    connection = op.get_bind()
    for old, new in names.items():
        if connection.dialect.name == "postgresql":
            op.execute(f"ALTER INDEX {old} RENAME TO {new}")
        else:
            definition = connection.scalar(
                sa.text("SELECT sql FROM sqlite_master WHERE type = 'index' AND name = :name"), {"name": old}
            )
            op.execute(f"DROP INDEX {old}")
            op.execute(definition.replace(old, new, 1))
