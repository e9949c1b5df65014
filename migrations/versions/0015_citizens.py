"""Accounts of citizens, single sign-on, and how the author of a comment showed who they are.

An account and all that hangs on it may go; what a comment says of its author only rises.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
TABLES = ("citizen", "citizen_receipt", "citizen_identity", "officer_identity", "sign_in_link")
RISES = "comment_identity_rises"
# level by level, and never back
FALLS = (
    "NEW.identity <> OLD.identity AND NOT (NEW.identity = 'identity' "
    "OR (NEW.identity = 'email' AND OLD.identity = ''))"
)


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "citizen",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_mark", sa.String(64)),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("session_key", sa.String(22), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("last_seen_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_citizen"),
        sa.UniqueConstraint("email_mark", name="uq_citizen_email_mark"),
        sa.UniqueConstraint("session_key", name="uq_citizen_session_key"),
    )
    op.create_table(
        "citizen_receipt",
        sa.Column("citizen_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", number, nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("citizen_id", "comment_id", name="pk_citizen_receipt"),
        _reference("citizen_receipt", "citizen_id", "citizen", ondelete="CASCADE"),
        _reference("citizen_receipt", "comment_id", "comment"),
    )
    for table, whose, cascade in (
        ("citizen_identity", "citizen", "CASCADE"),
        ("officer_identity", "officer", None),
    ):
        op.create_table(
            table,
            sa.Column("mark", sa.String(64), nullable=False),
            sa.Column(f"{whose}_id", sa.Integer(), nullable=False),
            sa.Column("issuer", sa.String(300), nullable=False),
            sa.Column("subject", sa.Text(), nullable=False),
            sa.Column("linked_at", INSTANT, nullable=False),
            sa.PrimaryKeyConstraint("mark", name=f"pk_{table}"),
            sa.UniqueConstraint(f"{whose}_id", "issuer", name=f"uq_{table}_{whose}_id_issuer"),
            _reference(table, f"{whose}_id", whose, ondelete=cascade),
        )
    op.create_table(
        "sign_in_link",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_mark", sa.String(64), nullable=False),
        sa.Column("browser", sa.String(64), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT),
        sa.PrimaryKeyConstraint("digest", name="pk_sign_in_link"),
    )
    op.create_index("ix_sign_in_link_email_mark", "sign_in_link", ["email_mark"])
    op.create_index("ix_sign_in_link_asked_at", "sign_in_link", ["asked_at"])
    op.add_column("comment", sa.Column("identity", sa.String(8), nullable=False, server_default=""))
    _only_rises()


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION {RISES}() CASCADE")
    else:
        op.execute(f"DROP TRIGGER {RISES}")
    op.drop_column("comment", "identity")
    for table in reversed(TABLES):
        op.drop_table(table)


def _reference(
    table: str, column: str, other: str, ondelete: str | None = None
) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{other}"
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)


def _only_rises() -> None:
    if op.get_bind().dialect.name != "postgresql":
        op.execute(
            f"CREATE TRIGGER {RISES} BEFORE UPDATE ON comment WHEN {FALLS} "
            f"BEGIN SELECT RAISE(ABORT, '{RISES}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {RISES}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {FALLS} THEN RAISE EXCEPTION '{RISES}' "
        "USING ERRCODE = 'integrity_constraint_violation'; "
        "END IF; RETURN NEW; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {RISES} BEFORE UPDATE ON comment FOR EACH ROW EXECUTE FUNCTION {RISES}()"
    )
