"""What else people are shown comes on record: dossiers, who leads them, days off, groups, consents.

These rows change and go by verbs. Each change waits for its digest, and so does the going.
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

# table, its key, and the columns whose change is noted where not every one is on record
WATCHED = (
    ("dossier", ("id",), ()),
    ("dossier_coordinator", ("dossier_id", "agency_id"), ()),
    ("agency", ("id",), ()),
    # an officer's row is written at each sign-in
    ("officer", ("id",), ("name", "job_title", "agency_id")),
    ("holiday", ("day",), ()),
    ("period_rule", ("id",), ()),
    ("answer_rule", ("id",), ()),
    ("effect_rule", ("id",), ()),
    ("comment_group", ("id",), ()),
    ("group_member", ("comment_id", "tier"), ()),
    ("consent", ("id",), ()),
)


def upgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    for table, key, columns in WATCHED:
        changed = f"UPDATE OF {', '.join(columns)}" if columns else "UPDATE"
        (_watch_postgres if postgres else _watch_sqlite)(table, key, changed)
        op.execute(
            f"INSERT INTO record_waiting (name, key) SELECT '{table}', {_named(key)} "
            f"FROM {table} ORDER BY {', '.join(key)}"
            if key == ("day",)
            # what stands already is noted by the worker, some at a time: app/ledger/noting.py
            else f"INSERT INTO record_waiting (name, key) SELECT '{table}', 'from ' || "
            f"min({key[0]}) || ' until ' || (max({key[0]}) + 1) FROM {table} HAVING count(*) > 0"
        )


def _watch_postgres(table: str, key: tuple[str, ...], changed: str) -> None:
    op.execute(
        f"CREATE FUNCTION {table}_noted() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"DECLARE r {table}%ROWTYPE; BEGIN "
        "IF TG_OP = 'DELETE' THEN r := OLD; ELSE r := NEW; END IF; "
        f"{_note(table, _named(key, 'r.'))} RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_noted AFTER INSERT OR {changed} OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_noted()"
    )


def _watch_sqlite(table: str, key: tuple[str, ...], changed: str) -> None:
    for event in ("INSERT", changed, "DELETE"):
        row = "OLD." if event == "DELETE" else "NEW."
        op.execute(
            f"CREATE TRIGGER {table}_noted_{event.split()[0].lower()} AFTER {event} ON {table} "
            f"BEGIN {_note(table, _named(key, row))} END"
        )


def _named(key: tuple[str, ...], row: str = "") -> str:
    return " || '|' || ".join(f"CAST({row}{column} AS text)" for column in key)


def _note(table: str, named: str) -> str:
    return f"INSERT INTO record_waiting (name, key) VALUES ('{table}', {named});"


def downgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    for table, _key, _columns in WATCHED:
        if postgres:
            op.execute(f"DROP FUNCTION {table}_noted() CASCADE")
            continue
        for event in ("insert", "update", "delete"):
            op.execute(f"DROP TRIGGER {table}_noted_{event}")
