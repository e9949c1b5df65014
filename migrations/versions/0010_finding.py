"""Topics, territories, and the searches that people keep."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "topic",
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("name_en", sa.String(200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_topic"),
    )
    op.create_table(
        "territory",
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("name_en", sa.String(200), nullable=False),
        sa.Column("parent_code", sa.String(40)),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_territory"),
        sa.ForeignKeyConstraint(
            ["parent_code"], ["territory.code"], name="fk_territory_parent_code_territory"
        ),
    )
    _add_reference("dossier", "topic", "topic")
    op.create_index("ix_dossier_topic", "dossier", ["topic"])
    _add_reference("agency", "territory", "territory")
    op.create_table(
        "subscriber",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("key", sa.String(22), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_subscriber"),
        sa.UniqueConstraint("email", name="uq_subscriber_email"),
        sa.UniqueConstraint("key", name="uq_subscriber_key"),
    )
    op.create_table(
        "saved_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(300), nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column("frequency", sa.String(8), nullable=False),
        sa.Column("key", sa.String(22), nullable=False),
        sa.Column("consented_at", INSTANT, nullable=False),
        sa.Column("confirmed_at", INSTANT),
        sa.Column("told_until", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_saved_search"),
        sa.UniqueConstraint("key", name="uq_saved_search_key"),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscriber.id"],
            name="fk_saved_search_subscriber_id_subscriber",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_saved_search_subscriber_id", "saved_search", ["subscriber_id"])
    op.create_index("ix_saved_search_due", "saved_search", ["due_at"])
    op.create_table(
        "told",
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(60), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("subscriber_id", "event", name="pk_told"),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscriber.id"],
            name="fk_told_subscriber_id_subscriber",
            ondelete="CASCADE",
        ),
    )


def downgrade() -> None:
    op.drop_table("told")
    op.drop_table("saved_search")
    op.drop_table("subscriber")
    _drop_reference("agency", "territory", "territory")
    op.drop_index("ix_dossier_topic", "dossier")
    _drop_reference("dossier", "topic", "topic")
    op.drop_table("territory")
    op.drop_table("topic")


def _add_reference(table: str, column: str, other: str) -> None:
    """SQLite takes a foreign key with the column only, PostgreSQL both together as well."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} VARCHAR(40) REFERENCES {other} (code)")
        return
    op.add_column(table, sa.Column(column, sa.String(40)))
    op.create_foreign_key(f"fk_{table}_{column}_{other}", table, other, [column], ["code"])


def _drop_reference(table: str, column: str, other: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        return
    op.drop_constraint(f"fk_{table}_{column}_{other}", table)
    op.drop_column(table, column)
