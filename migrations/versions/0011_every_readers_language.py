"""Translations of what dossiers and comments say, and the country of a commenter.

A translation on record is guarded by the database as what it translates is.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
KEPT = ("translation", "comment_translation")


def upgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    op.create_table(
        "translation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("part", sa.String(80), nullable=False),
        sa.Column("source_digest", sa.String(64), nullable=False),
        sa.Column("version_number", sa.Integer()),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("standing", sa.String(12), nullable=False),
        sa.Column("translator_id", sa.Integer(), nullable=False),
        sa.Column("approved_by", sa.Integer()),
        sa.Column("translated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_translation"),
        _reference("translation", "dossier_id", "dossier"),
        _reference("translation", "translator_id", "officer"),
        _reference("translation", "approved_by", "officer"),
    )
    op.create_index("ix_translation_told", "translation", ["dossier_id", "language", "part"])
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "comment_translation",
        sa.Column("id", number, nullable=False),
        sa.Column("comment_id", number, nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("standing", sa.String(12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source_digest", sa.String(64), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("translated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_comment_translation"),
        _reference("comment_translation", "comment_id", "comment"),
        _reference("comment_translation", "officer_id", "officer"),
    )
    op.create_index(
        "ix_comment_translation_told", "comment_translation", ["comment_id", "language"]
    )
    op.add_column(
        "comment", sa.Column("country", sa.String(2), nullable=False, server_default="")
    )
    _refuse("comment_country_kept", "UPDATE", "comment", "NEW.country <> OLD.country", postgres)
    for table in KEPT:
        _refuse(f"{table}_kept", "UPDATE", table, "OLD.id IS NOT NULL", postgres)
        _refuse(f"{table}_stays", "DELETE", table, "OLD.id IS NOT NULL", postgres)
        if postgres:
            op.execute(
                f"CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION never_emptied()"
            )
        else:
            taken = f"EXISTS (SELECT 1 FROM {table} r WHERE r.id = NEW.id)"
            _refuse(f"{table}_not_replaced", "INSERT", table, taken, postgres)


def downgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    for table in KEPT:
        op.drop_table(table)
        if postgres:
            for name in ("kept", "stays"):
                op.execute(f"DROP FUNCTION {table}_{name}() CASCADE")
    name = "comment_country_kept"
    op.execute(f"DROP FUNCTION {name}() CASCADE" if postgres else f"DROP TRIGGER {name}")
    op.drop_column("comment", "country")


def _reference(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}")


def _refuse(name: str, event: str, table: str, when: str, postgres: bool) -> None:
    if not postgres:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {when} "
            f"BEGIN SELECT RAISE(ABORT, '{name}'); END"
        )
        return
    kept = "NEW" if event != "DELETE" else "OLD"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {when} THEN RAISE EXCEPTION '{name}' USING ERRCODE = 'integrity_constraint_violation'; "
        f"END IF; RETURN {kept}; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    )
