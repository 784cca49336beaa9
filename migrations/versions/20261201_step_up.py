"""Sessions know when their member last confirmed that it is them, and members may have passkeys."""

import sqlalchemy as sa
from alembic import op

revision = "step_up"
down_revision = "newcomer_rooms"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sessions", sa.Column("second_factor_at", sa.DateTime(timezone=True)))
    op.add_column("sessions", sa.Column("stepped_up_at", sa.DateTime(timezone=True)))
    op.add_column("sessions", sa.Column("may_enroll_factor", sa.Boolean, server_default=sa.false(), nullable=False))
    op.create_table(
        "passkeys",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("member_id", sa.Uuid, nullable=False),
        sa.Column("credential_id", sa.String(1400), nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("user_handle", sa.String(64), nullable=False),
        sa.Column("sign_count", sa.Integer, nullable=False),
        sa.Column("transports", sa.String(100), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True)),
        sa.Column("copied_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_passkeys_member_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
    )
    op.create_index(op.f("ix_passkeys_member_id"), "passkeys", ["member_id"])
    op.create_table(
        "passkey_challenges",
        sa.Column("challenge_hash", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(8), nullable=False),
        sa.Column("member_id", sa.Uuid),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("purpose IN ('register', 'sign_in', 'step_up')", name=op.f("ck_passkey_challenges_purpose")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_passkey_challenges_member_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("challenge_hash", name=op.f("pk_passkey_challenges")),
    )
    op.create_index(op.f("ix_passkey_challenges_member_id"), "passkey_challenges", ["member_id"])
    op.create_index(op.f("ix_passkey_challenges_expires_at"), "passkey_challenges", ["expires_at"])


def downgrade() -> None:
    op.drop_table("passkey_challenges")
    op.drop_table("passkeys")
    # In place: copying the table would drop it, and with it the push subscriptions that point at it.
    for name in ("may_enroll_factor", "stepped_up_at", "second_factor_at"):
        op.drop_column("sessions", name)
