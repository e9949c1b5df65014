"""Stops of the portal that were announced, kept as they were announced."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
SAME = ("id", "starts_at", "ends_at", "words", "words_en", "emergency")
KEPT = (
    " OR ".join(f"NEW.{name} <> OLD.{name}" for name in (*SAME, "announced_at", "announced_by"))
    + " OR (OLD.cancelled_at IS NOT NULL AND (NEW.cancelled_at IS NULL "
    "OR NEW.cancelled_at <> OLD.cancelled_at OR NEW.cancelled_by IS NULL "
    "OR NEW.cancelled_by <> OLD.cancelled_by))"
)
# name, event, when it is refused
RULES = (
    ("planned_stop_kept", "UPDATE", KEPT),
    ("planned_stop_stays", "DELETE", "OLD.id IS NOT NULL"),
)
REPLACED = "EXISTS (SELECT 1 FROM planned_stop r WHERE r.id = NEW.id)"


def upgrade() -> None:
    op.create_table(
        "planned_stop",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("words_en", sa.Text(), nullable=False),
        sa.Column("emergency", sa.Text(), nullable=False),
        sa.Column("announced_at", INSTANT, nullable=False),
        sa.Column("announced_by", sa.Integer(), nullable=False),
        sa.Column("cancelled_at", INSTANT, nullable=True),
        sa.Column("cancelled_by", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_planned_stop"),
        sa.ForeignKeyConstraint(
            ["announced_by"], ["officer.id"], name="fk_planned_stop_announced_by_officer"
        ),
        sa.ForeignKeyConstraint(
            ["cancelled_by"], ["officer.id"], name="fk_planned_stop_cancelled_by_officer"
        ),
    )
    op.create_index("ix_planned_stop_ends_at", "planned_stop", ["ends_at"])
    postgres = op.get_bind().dialect.name == "postgresql"
    for rule in RULES:
        _refuse(*rule, postgres=postgres)
    if postgres:
        op.execute(
            "CREATE TRIGGER planned_stop_never_emptied BEFORE TRUNCATE ON planned_stop "
            "FOR EACH STATEMENT EXECUTE FUNCTION never_emptied()"
        )
    else:
        _refuse("planned_stop_not_replaced", "INSERT", REPLACED, postgres=False)


def downgrade() -> None:
    op.drop_table("planned_stop")
    if op.get_bind().dialect.name == "postgresql":
        for name, _event, _when in RULES:
            op.execute(f"DROP FUNCTION {name}()")


def _refuse(name: str, event: str, when: str, *, postgres: bool) -> None:
    if not postgres:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON planned_stop WHEN {when} "
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
        f"CREATE TRIGGER {name} BEFORE {event} ON planned_stop FOR EACH ROW "
        f"EXECUTE FUNCTION {name}()"
    )
