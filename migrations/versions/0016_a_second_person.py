"""What takes effect only when a second person agrees; takedowns."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
OUTCOME = (
    "(outcome = '' AND decided_at IS NULL AND decided_by IS NULL) OR "
    "(outcome IN ('agreed', 'refused') AND decided_at IS NOT NULL AND decided_by IS NOT NULL) OR "
    "(outcome = 'lapsed' AND decided_at IS NOT NULL AND decided_by IS NULL)"
)


def changed(*names: str) -> str:
    return " OR ".join(f"NEW.{name} <> OLD.{name}" for name in names)


# name, event, table, when it is refused
RULES = (
    (
        "proposal_kept",
        "UPDATE",
        "proposal",
        "OLD.outcome <> '' OR "
        + changed("id", "kind", "subject", "agency_id", "reason", "proposed_by", "proposed_at")
        + " OR CAST(NEW.words AS TEXT) <> CAST(OLD.words AS TEXT)"
        + " OR coalesce(NEW.expires_at, NEW.proposed_at) "
        "<> coalesce(OLD.expires_at, OLD.proposed_at)",
    ),
    ("proposal_stays", "DELETE", "proposal", "OLD.id IS NOT NULL"),
    (
        "takedown_kept",
        "UPDATE",
        "takedown",
        changed(
            *("id", "subject", "dossier_id", "agency_id", "category", "basis"),
            *("taken_by", "taken_at", "proposal_id"),
        )
        + " OR (OLD.confirmed_at IS NOT NULL AND "
        "(NEW.confirmed_at IS NULL OR NEW.confirmed_at <> OLD.confirmed_at))"
        " OR OLD.lifted_at IS NOT NULL",
    ),
    ("takedown_stays", "DELETE", "takedown", "OLD.id IS NOT NULL"),
)
KEYS = {
    "proposal": "r.id = NEW.id OR (r.outcome = '' AND NEW.outcome = '' "
    "AND r.kind = NEW.kind AND r.subject = NEW.subject)",
    "takedown": "r.id = NEW.id OR (r.lifted_at IS NULL AND NEW.lifted_at IS NULL "
    "AND r.subject = NEW.subject)",
}


def upgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    _proposal()
    _takedown()
    op.add_column(
        "dossier", sa.Column("sealed", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("holiday", sa.Column("moved_to", sa.Date()))
    for rule in RULES:
        _refuse(*rule, postgres)
    for table, key in KEYS.items():
        if postgres:
            op.execute(
                f"CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION never_emptied()"
            )
        else:
            taken = f"EXISTS (SELECT 1 FROM {table} r WHERE {key})"
            _refuse(f"{table}_not_replaced", "INSERT", table, taken, postgres)


def downgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    op.drop_table("takedown")
    op.drop_table("proposal")
    if postgres:
        for name, *_rest in RULES:
            op.execute(f"DROP FUNCTION {name}() CASCADE")
    op.drop_column("holiday", "moved_to")
    op.drop_column("dossier", "sealed")


def _proposal() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("subject", sa.String(60), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT),
        sa.Column("decided_by", sa.Integer()),
        sa.Column("decided_at", INSTANT),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_proposal"),
        sa.CheckConstraint("decided_by <> proposed_by", name="ck_proposal_second_person"),
        sa.CheckConstraint(OUTCOME, name="ck_proposal_outcome"),
        _reference("proposal", "agency_id", "agency"),
        _reference("proposal", "proposed_by", "officer"),
        _reference("proposal", "decided_by", "officer"),
    )
    op.create_index("ix_proposal_agency_id", "proposal", ["agency_id"])
    _once("uq_proposal_waiting", "proposal", ["kind", "subject"], "outcome = ''")


def _takedown() -> None:
    op.create_table(
        "takedown",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(60), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(20), nullable=False),
        sa.Column("basis", sa.String(300), nullable=False),
        sa.Column("taken_by", sa.Integer(), nullable=False),
        sa.Column("taken_at", INSTANT, nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", INSTANT),
        sa.Column("lifted_at", INSTANT),
        sa.Column("lifted_as", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_takedown"),
        _reference("takedown", "dossier_id", "dossier"),
        _reference("takedown", "agency_id", "agency"),
        _reference("takedown", "taken_by", "officer"),
        _reference("takedown", "proposal_id", "proposal"),
    )
    op.create_index("ix_takedown_dossier_id", "takedown", ["dossier_id"])
    _once("uq_takedown_standing", "takedown", ["subject"], "lifted_at IS NULL")


def _once(name: str, table: str, columns: list[str], where: str) -> None:
    some = sa.text(where)
    ways = {"unique": True, "sqlite_where": some, "postgresql_where": some}
    op.create_index(name, table, columns, **ways)


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
