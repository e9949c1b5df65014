"""The transparency log: salted leaves, nodes of the tree, signed heads, digests of the record."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# What is on record and its key: a new or changed row waits for its digest. What belongs to a
# posted version or a published answer comes with it.
WATCHED = {
    "draft_version": ("id",),
    "consultation": ("id",),
    "extension": ("id",),
    "declaration": ("dossier_id", "digest", "officer_id"),
    "stage_step": ("id",),
    "comment": ("id",),
    "decision": ("id",),
    "answer": ("id",),
    "dossier_file": ("id",),
    "mask": ("id",),
    "comment_source": ("comment_id",),
    "attachment": ("id",),
    "question": ("id",),
    "appeal": ("id",),
    "answer_edit": ("id",),
    "correction": ("id",),
    "reform_suggestion": ("id",),
    "translation": ("id",),
    "comment_translation": ("id",),
}
# name, event, table, when it is refused
RULES = (
    ("node_kept", "UPDATE", "log_node", "OLD.level IS NOT NULL"),
    ("node_stays", "DELETE", "log_node", "OLD.level IS NOT NULL"),
    ("checkpoint_kept", "UPDATE", "checkpoint", "OLD.size IS NOT NULL"),
    (
        "row_digest_kept",
        "UPDATE",
        "row_digest",
        "NEW.name <> OLD.name OR NEW.key <> OLD.key OR NEW.batch <> OLD.batch "
        "OR NEW.digest IS NULL OR NEW.digest <> OLD.digest OR NEW.salt IS NOT NULL",
    ),
    ("row_digest_stays", "DELETE", "row_digest", "OLD.name IS NOT NULL"),
)
# what names a row, for the new row of a REPLACE
KEYS = {
    "log_node": "r.level = NEW.level AND r.position = NEW.position",
    "row_digest": "r.name = NEW.name AND r.key = NEW.key AND r.batch = NEW.batch",
}


def upgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    if postgres:
        # in the order in which people write, or each would wait for the other: rows, then the entry
        op.execute(
            f"LOCK TABLE {', '.join(WATCHED)}, ledger_entry IN SHARE ROW EXCLUSIVE MODE"
        )
    op.add_column("ledger_entry", sa.Column("salt", sa.LargeBinary(16)))
    op.create_index(
        "ix_ledger_entry_submitted",
        "ledger_entry",
        ["subject"],
        sqlite_where=sa.text("verb = 'comment.submitted'"),
        postgresql_where=sa.text("verb = 'comment.submitted'"),
    )
    _tables()
    for rule in RULES:
        _refuse(*rule, postgres=postgres)
    for table, key in KEYS.items():
        if postgres:
            op.execute(
                f"CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION never_emptied()"
            )
            continue
        taken = f"EXISTS (SELECT 1 FROM {table} r WHERE {key})"
        _refuse(f"{table}_not_replaced", "INSERT", table, taken, postgres=False)
    for table, key in WATCHED.items():
        _watch(table, key, postgres=postgres)
        # what stands already is noted by the worker, some at a time: see app/ledger/noting.py
        first, last = (f"(SELECT {which}({key[0]}) FROM {table})" for which in ("min", "max"))
        op.execute(
            f"INSERT INTO record_waiting (name, key) SELECT '{table}', 'from ' || {first} "
            f"|| ' until ' || ({last} + 1) WHERE EXISTS (SELECT 1 FROM {table})"
        )


def _tables() -> None:
    op.create_table(
        "log_node",
        sa.Column("level", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("level", "position", name="pk_log_node"),
    )
    op.create_table(
        "checkpoint",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(32), nullable=False),
        sa.Column("signed_at", INSTANT, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("size", name="pk_checkpoint"),
    )
    op.create_index("ix_checkpoint_signed_at", "checkpoint", ["signed_at"])
    op.create_table(
        "witness",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("vkey", sa.String(400), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("stopped_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_witness"),
        sa.UniqueConstraint("vkey", name="uq_witness_vkey"),
    )
    op.create_table(
        "cosignature",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("witness_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("line", sa.String(500), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["size"], ["checkpoint.size"], name="fk_cosignature_size_checkpoint"
        ),
        sa.ForeignKeyConstraint(
            ["witness_id"], ["witness.id"], name="fk_cosignature_witness_id_witness"
        ),
        sa.PrimaryKeyConstraint("size", "witness_id", name="pk_cosignature"),
    )
    op.create_table(
        "row_digest",
        sa.Column("name", sa.String(30), nullable=False),
        sa.Column("key", sa.String(100), nullable=False),
        sa.Column("batch", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.LargeBinary(16)),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("name", "key", "batch", name="pk_row_digest"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "record_waiting",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(30), nullable=False),
        sa.Column("key", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_record_waiting"),
        sqlite_autoincrement=True,
    )


def _watch(table: str, key: tuple[str, ...], *, postgres: bool) -> None:
    """A row that is written waits for its digest, in the transaction that wrote it."""
    named = " || '|' || ".join(f"CAST(NEW.{column} AS text)" for column in key)
    note = f"INSERT INTO record_waiting (name, key) VALUES ('{table}', {named});"
    if postgres:
        op.execute(
            f"CREATE FUNCTION {table}_noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"{note} RETURN NULL; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_noted AFTER INSERT OR UPDATE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_noted()"
        )
        return
    for event in ("INSERT", "UPDATE"):
        op.execute(
            f"CREATE TRIGGER {table}_noted_{event.lower()} AFTER {event} ON {table} "
            f"BEGIN {note} END"
        )


def _refuse(name: str, event: str, table: str, when: str, *, postgres: bool) -> None:
    if not postgres:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {when} "
            f"BEGIN SELECT RAISE(ABORT, '{name}'); END"
        )
        return
    kept = "NEW" if event != "DELETE" else "OLD"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {when} THEN "
        f"RAISE EXCEPTION '{name}' USING ERRCODE = 'integrity_constraint_violation'; "
        f"END IF; RETURN {kept}; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    )


def downgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    for table in WATCHED:
        if postgres:
            op.execute(f"DROP FUNCTION {table}_noted() CASCADE")
        else:
            op.execute(f"DROP TRIGGER {table}_noted_insert")
            op.execute(f"DROP TRIGGER {table}_noted_update")
    if postgres:
        for name, *_ in RULES:
            op.execute(f"DROP FUNCTION {name}() CASCADE")
    for name in ("record_waiting", "row_digest", "cosignature", "witness"):
        op.drop_table(name)
    op.drop_index("ix_checkpoint_signed_at", "checkpoint")
    op.drop_table("checkpoint")
    op.drop_table("log_node")
    op.drop_index("ix_ledger_entry_submitted", "ledger_entry")
    op.drop_column("ledger_entry", "salt")
