"""What is known of an adopted document later than its adoption; what is known of it stays."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEPT = " OR ".join(
    f"(coalesce(CAST(OLD.{name} AS TEXT), '') <> '' "
    f"AND coalesce(CAST(NEW.{name} AS TEXT), '') <> CAST(OLD.{name} AS TEXT))"
    for name in ("outcome_number", "outcome_date", "outcome_effective", "outcome_gazette")
)


def upgrade() -> None:
    op.add_column(
        "dossier", sa.Column("outcome_completed_at", sa.DateTime(timezone=True), nullable=True)
    )
    if op.get_bind().dialect.name != "postgresql":
        op.execute(
            f"CREATE TRIGGER outcome_kept BEFORE UPDATE ON dossier WHEN {KEPT} "
            "BEGIN SELECT RAISE(ABORT, 'outcome_kept'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION outcome_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {KEPT} THEN RAISE EXCEPTION 'outcome_kept' "
        "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER outcome_kept BEFORE UPDATE ON dossier "
        "FOR EACH ROW EXECUTE FUNCTION outcome_kept()"
    )


def downgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    op.execute("DROP FUNCTION outcome_kept() CASCADE" if postgres else "DROP TRIGGER outcome_kept")
    op.drop_column("dossier", "outcome_completed_at")
