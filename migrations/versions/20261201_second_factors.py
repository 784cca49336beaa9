"""Members may have an app that shows codes, and recovery codes; sign-ins may wait for one."""

import sqlalchemy as sa
from alembic import op

revision = "second_factors"
down_revision = "step_up"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "totp_factors",
        sa.Column("member_id", sa.Uuid, nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True)),
        sa.Column("last_step", sa.Integer, nullable=False),
        _member_key("totp_factors"),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_totp_factors")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("member_id", sa.Uuid, nullable=False),
        sa.Column("code_digest", sa.String(64), nullable=False),
        _member_key("recovery_codes"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sa.UniqueConstraint("member_id", "code_digest", name=op.f("uq_recovery_codes_member_id_code_digest")),
    )
    op.create_index(op.f("ix_recovery_codes_member_id"), "recovery_codes", ["member_id"])
    op.create_table(
        "pending_sign_ins",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("member_id", sa.Uuid, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        _member_key("pending_sign_ins"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_sign_ins")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_pending_sign_ins_token_hash")),
    )
    op.create_index(op.f("ix_pending_sign_ins_member_id"), "pending_sign_ins", ["member_id"])
    op.create_index(op.f("ix_pending_sign_ins_expires_at"), "pending_sign_ins", ["expires_at"])
    op.create_table(
        "factor_links",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("member_id", sa.Uuid, nullable=False),
        sa.Column("created_by", sa.Uuid),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        _member_key("factor_links"),
        sa.ForeignKeyConstraint(
            ["created_by"], ["members.id"], name=op.f("fk_factor_links_created_by_members"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factor_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_factor_links_token_hash")),
    )
    op.create_index(op.f("ix_factor_links_member_id"), "factor_links", ["member_id"])
    op.create_index(op.f("ix_factor_links_created_by"), "factor_links", ["created_by"])


def downgrade() -> None:
    for table in ("factor_links", "pending_sign_ins", "recovery_codes", "totp_factors"):
        op.drop_table(table)


def _member_key(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_member_id_members")
    return sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=name, ondelete="CASCADE")
