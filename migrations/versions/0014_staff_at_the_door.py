"""Second factors, passkeys and sessions of staff."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
OF_OFFICERS = ("officer_session", "recovery_code", "factor_reset", "passkey", "kept_form")


def upgrade() -> None:
    op.add_column("officer", sa.Column("last_seen_at", INSTANT))
    op.add_column("officer", sa.Column("asleep_at", INSTANT))
    # who has an account today has not been away: nobody knows since when
    op.execute("UPDATE officer SET last_seen_at = CURRENT_TIMESTAMP")
    _of_officer(
        "officer_session",
        sa.Column("token_digest", sa.String(64), nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("proved_at", INSTANT, nullable=False),
        sa.Column("browser", sa.String(60), nullable=False),
        sa.UniqueConstraint("token_digest", name="uq_officer_session_token_digest"),
    )
    op.create_table(
        "officer_factor",
        sa.Column("officer_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("officer_id", name="pk_officer_factor"),
        _to_officer("officer_factor"),
    )
    _of_officer(
        "recovery_code",
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("used_at", INSTANT),
        sa.UniqueConstraint("mark", name="uq_recovery_code_mark"),
    )
    _of_officer(
        "factor_reset",
        sa.Column("reset_by", sa.Integer()),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["reset_by"], ["officer.id"], name="fk_factor_reset_reset_by_officer"
        ),
    )
    _of_officer(
        "passkey",
        sa.Column("credential_id", sa.String(1400), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT),
        sa.UniqueConstraint("credential_id", name="uq_passkey_credential_id"),
    )
    _of_officer(
        "kept_form",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
    )
    op.create_table(
        "spent_challenge",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_spent_challenge"),
    )
    op.create_table(
        "sign_in_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_sign_in_day"),
    )


def downgrade() -> None:
    for table in ("sign_in_day", "spent_challenge", "officer_factor", *reversed(OF_OFFICERS)):
        op.drop_table(table)
    op.drop_column("officer", "asleep_at")
    op.drop_column("officer", "last_seen_at")


def _of_officer(table: str, *parts: sa.Column | sa.Constraint) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        *parts,
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        _to_officer(table),
    )
    op.create_index(f"ix_{table}_officer_id", table, ["officer_id"])


def _to_officer(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_officer_id_officer"
    return sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=name)
