"""What the database itself refuses: changing what was posted, received, recorded or answered."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

POSTED = "EXISTS (SELECT 1 FROM draft_version v WHERE v.id = {row}.version_id AND v.posted_at IS NOT NULL)"

# name, event, table, when it is refused
RULES = (
    ("version_kept", "UPDATE", "draft_version", "OLD.posted_at IS NOT NULL"),
    ("version_stays", "DELETE", "draft_version", "OLD.posted_at IS NOT NULL"),
    ("provision_closed", "INSERT", "provision", POSTED.format(row="NEW")),
    ("provision_kept", "UPDATE", "provision", POSTED.format(row="OLD")),
    ("provision_stays", "DELETE", "provision", POSTED.format(row="OLD")),
    ("period_never_shorter", "UPDATE", "consultation", "NEW.closes_at < OLD.closes_at"),
    ("consultation_stays", "DELETE", "consultation", "OLD.id IS NOT NULL"),
    (
        "comment_kept",
        "UPDATE",
        "comment",
        "NEW.body <> OLD.body OR NEW.submitted_at <> OLD.submitted_at OR NEW.receipt <> OLD.receipt "
        "OR NEW.consultation_id <> OLD.consultation_id OR NEW.anchor <> OLD.anchor "
        "OR NEW.digest <> OLD.digest",
    ),
    ("comment_stays", "DELETE", "comment", "OLD.id IS NOT NULL"),
    ("decision_kept", "UPDATE", "decision", "OLD.id IS NOT NULL"),
    ("decision_stays", "DELETE", "decision", "OLD.id IS NOT NULL"),
    ("entry_kept", "UPDATE", "ledger_entry", "OLD.seq IS NOT NULL"),
    ("entry_stays", "DELETE", "ledger_entry", "OLD.id IS NOT NULL"),
    ("answer_kept", "UPDATE", "answer", "OLD.published_at IS NOT NULL"),
    ("answer_stays", "DELETE", "answer", "OLD.published_at IS NOT NULL"),
)


def upgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    for name, event, table, when in RULES:
        if not postgres:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {when} "
                f"BEGIN SELECT RAISE(ABORT, '{name}'); END"
            )
            continue
        kept = "NEW" if event != "DELETE" else "OLD"
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {when} THEN RAISE EXCEPTION '{name}' USING ERRCODE = 'integrity_constraint_violation'; "
            f"END IF; RETURN {kept}; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {name}()"
        )


def downgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    for name, _event, table, _when in reversed(RULES):
        if postgres:
            op.execute(f"DROP FUNCTION {name}() CASCADE")
        else:
            op.execute(f"DROP TRIGGER {name}")
