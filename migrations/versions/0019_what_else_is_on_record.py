"""What came on record after the log was begun: stops, proposals, takedowns wait for digests too."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

WATCHED = ("planned_stop", "proposal", "takedown")


def upgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    for table in WATCHED:
        note = f"INSERT INTO record_waiting (name, key) VALUES ('{table}', CAST(NEW.id AS text));"
        if postgres:
            op.execute(
                f"CREATE FUNCTION {table}_noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"{note} RETURN NULL; END $$"
            )
            op.execute(
                f"CREATE TRIGGER {table}_noted AFTER INSERT OR UPDATE ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {table}_noted()"
            )
        else:
            for event in ("INSERT", "UPDATE"):
                op.execute(
                    f"CREATE TRIGGER {table}_noted_{event.lower()} AFTER {event} ON {table} "
                    f"BEGIN {note} END"
                )
        op.execute(
            "INSERT INTO record_waiting (name, key) "
            f"SELECT '{table}', CAST(id AS text) FROM {table} ORDER BY id"
        )


def downgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    for table in WATCHED:
        if postgres:
            op.execute(f"DROP FUNCTION {table}_noted() CASCADE")
            continue
        op.execute(f"DROP TRIGGER {table}_noted_insert")
        op.execute(f"DROP TRIGGER {table}_noted_update")
