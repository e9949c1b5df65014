"""Sealed addresses, consents, requests of data subjects, who read what, and erasing a person.

What guards the record is not loosened: beside each old condition stands the one shape in which a
person may go from it, and only where a row of `erasure` says so.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from app.extensions import sealer

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT_ONCE = 1000
PURPOSE = "one message per step of this comment"
COVER = "█████"
# sealed text in the place of a plain column of the same name
SEALED = {
    "contact_address": ("comment_id", ("email",)),
    "letter": ("id", ("recipient", "body")),
    "saved_search": ("id", ("words",)),
}
OLD_TYPES = {
    ("contact_address", "email"): sa.String(254),
    ("letter", "recipient"): sa.String(254),
    ("letter", "body"): sa.Text(),
    ("saved_search", "words"): sa.String(300),
}

# What stays of a comment when its author is erased: all but these columns.
COMMENT_STAYS = (
    *("id", "consultation_id", "lineage_id", "article_lineage_id", "anchor", "place", "quote"),
    *("commenter_kind", "language", "channel", "criticism", "members", "status", "receipt"),
    *("idempotency_key", "digest", "submitted_at", "decided_at"),
)
TEXT_GONE = (
    "EXISTS (SELECT 1 FROM comment c WHERE c.id = OLD.comment_id AND c.erased = 'text')"
)
ANY_GONE = "EXISTS (SELECT 1 FROM comment c WHERE c.id = OLD.comment_id AND c.erased <> '')"


def upgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    _tables()
    _seal()
    _consents()
    op.add_column(
        "comment", sa.Column("erased", sa.String(8), nullable=False, server_default="")
    )
    for name, exception in _exceptions(postgres).items():
        _rewrite(name, postgres, lambda when, but=exception: f"({when}) AND NOT ({but})")
    for rule in _rules(postgres):
        _refuse(*rule, postgres=postgres)
    for table in ("consent", "access_log", "erasure"):
        if postgres:
            op.execute(
                f"CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION never_emptied()"
            )
        else:
            taken = f"EXISTS (SELECT 1 FROM {table} r WHERE r.id = NEW.id)"
            _refuse(f"{table}_not_replaced", "INSERT", table, taken, postgres=False)


def downgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    for name, exception in _exceptions(postgres).items():
        tail = f" AND NOT ({exception})"
        _rewrite(name, postgres, lambda when, tail=tail: when.removesuffix(tail)[1:-1])
    for name, *_rest in _rules(postgres):
        op.execute(f"DROP FUNCTION {name}() CASCADE" if postgres else f"DROP TRIGGER {name}")
    op.drop_column("comment", "erased")
    _take_consents_back()
    _unseal()
    for table in ("subject_request", "access_log", "erasure", "consent"):
        op.drop_table(table)


def _exceptions(postgres: bool) -> dict[str, str]:
    """The name of a trigger to the only thing that it lets pass beside what it did before."""
    comment = _comment_goes(postgres)
    words = ("comment_kept", "comment_whole", "comment_words_kept", "comment_country_kept")
    appeal = ("id", "comment_id", "decision_id", "filed_at", "due_on")
    decided = ("decided_by", "decided_at", "outcome")
    decision = ("id", "comment_id", "officer_id", "outcome", "reason", "at")
    source = ("comment_id", "officer_id", "received_on", "event", "dossier_sent_on")
    file = ("id", "comment_id", "media_type", "size", "clean_size", "problem", "looked_at")
    question = ("id", "comment_id", "officer_id", "asked_at", "replied_at")
    translation = ("id", "comment_id", "language", "standing", "officer_id", "translated_at")
    empty = {
        "attachment_kept": (("name", "sha256", "clean_sha256", "text"), file),
        "question_kept": (("text", "reply"), question),
        "comment_translation_kept": (("text", "source_digest"), translation),
        "appeal_kept": (("words", "reply"), (*appeal, *decided)),
        "decision_kept": (("sentence",), decision),
    }
    return {
        **dict.fromkeys(words, comment),
        **{
            name: f"{TEXT_GONE} AND {_blank(*gone)} AND {_same(postgres, *stays)}"
            for name, (gone, stays) in empty.items()
        },
        "source_kept": f"{ANY_GONE} AND {_blank('reference', 'occasion', 'fingerprint')} AND "
        f"{_same(postgres, *source)}",
    }


def _comment_goes(postgres: bool) -> str:
    words = ("body", "proposed_wording", "salt")
    return (
        "NEW.erased <> OLD.erased AND OLD.erased <> 'text' AND EXISTS (SELECT 1 FROM erasure e "
        "WHERE e.subject = 'comment:' || OLD.id AND e.scope = NEW.erased) AND "
        f"{_blank('display_name', 'country')} AND NEW.masked_name IS NULL AND "
        f"{_same(postgres, *COMMENT_STAYS)} AND "
        f"((NEW.erased = 'identity' AND {_same(postgres, *words)}) OR "
        f"(NEW.erased = 'text' AND NEW.body = '{COVER}' AND {_blank('proposed_wording')} AND "
        "NEW.masked_body IS NULL AND NEW.masked_wording IS NULL AND NEW.salt = ''))"
    )


def _blank(*names: str) -> str:
    return " AND ".join(f"NEW.{name} = ''" for name in names)


def _same(postgres: bool, *names: str) -> str:
    if not postgres:
        return " AND ".join(f"NEW.{name} IS OLD.{name}" for name in names)
    cast = {"quote": "CAST({}.quote AS TEXT)"}
    sides = ((cast.get(n, f"{{}}.{n}").format("NEW"), cast.get(n, f"{{}}.{n}").format("OLD")) for n in names)
    return " AND ".join(f"{new} IS NOT DISTINCT FROM {old}" for new, old in sides)


def _rules(postgres: bool) -> Iterator[tuple[str, str, str, str]]:
    """What the new tables and the new column refuse."""
    year = (
        "OLD.{0} > now() - interval '365 days'"
        if postgres
        else "OLD.{0} > strftime('%Y-%m-%d %H:%M:%S', 'now', '-365 days')"
    )
    kept = _same(postgres, "id", "purpose", "wording", "language", "given_at")
    yield (
        "comment_erased_by_erasure",
        "UPDATE",
        "comment",
        f"NEW.erased <> OLD.erased AND NOT ({_comment_goes(postgres)})",
    )
    yield (
        "consent_kept",
        "UPDATE",
        "consent",
        f"NOT ({kept}) OR (NEW.subject <> OLD.subject AND NEW.subject <> '') OR "
        f"(OLD.withdrawn_at IS NOT NULL AND NOT ({_same(postgres, 'withdrawn_at')}))",
    )
    yield (
        "consent_stays",
        "DELETE",
        "consent",
        f"OLD.withdrawn_at IS NULL OR {year.format('withdrawn_at')}",
    )
    yield "access_log_kept", "UPDATE", "access_log", "OLD.id IS NOT NULL"
    yield "access_log_stays", "DELETE", "access_log", year.format("at")
    yield "erasure_kept", "UPDATE", "erasure", "OLD.id IS NOT NULL"
    yield "erasure_stays", "DELETE", "erasure", "OLD.id IS NOT NULL"


def _rewrite(name, postgres, change) -> None:
    """The trigger refuses under another condition; all else about it stays as it was made."""
    connection = op.get_bind()
    if postgres:
        source = connection.scalar(
            sa.text(
                "SELECT prosrc FROM pg_proc WHERE proname = :name "
                "AND pronamespace = CAST(current_schema() AS regnamespace)"
            ),
            {"name": name},
        )
        begin, end = source.index("IF ") + 3, source.index(" THEN RAISE")
        body = source[:begin] + change(source[begin:end]) + source[end:]
        connection.exec_driver_sql(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"
        )
        return
    source = connection.scalar(
        sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = :name"),
        {"name": name},
    )
    begin, end = source.index(" WHEN ") + 6, source.rindex(" BEGIN SELECT RAISE")
    op.execute(f"DROP TRIGGER {name}")
    connection.exec_driver_sql(source[:begin] + change(source[begin:end]) + source[end:])


def _refuse(name: str, event: str, table: str, when: str, *, postgres: bool) -> None:
    connection = op.get_bind()
    if not postgres:
        connection.exec_driver_sql(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {when} "
            f"BEGIN SELECT RAISE(ABORT, '{name}'); END"
        )
        return
    kept = "NEW" if event != "DELETE" else "OLD"
    connection.exec_driver_sql(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {when} THEN RAISE EXCEPTION '{name}' USING ERRCODE = 'integrity_constraint_violation'; "
        f"END IF; RETURN {kept}; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    )


def _reference(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}")


def _tables() -> None:
    op.create_table(
        "consent",
        sa.Column("id", BIG, nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("wording", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("subject", sa.String(60), nullable=False),
        sa.Column("given_at", INSTANT, nullable=False),
        sa.Column("withdrawn_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_consent"),
    )
    op.create_index("ix_consent_subject", "consent", ["subject"])
    op.create_index("ix_consent_withdrawn_at", "consent", ["withdrawn_at"])
    op.create_table(
        "access_log",
        sa.Column("id", BIG, nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("act", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(60), nullable=False),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_access_log"),
        _reference("access_log", "officer_id", "officer"),
        _reference("access_log", "agency_id", "agency"),
    )
    op.create_index("ix_access_log_agency", "access_log", ["agency_id", "id"])
    op.create_index("ix_access_log_officer", "access_log", ["officer_id", "id"])
    op.create_index("ix_access_log_subject", "access_log", ["subject", "id"])
    op.create_index("ix_access_log_at", "access_log", ["at"])
    op.create_table(
        "erasure",
        sa.Column("id", BIG, nullable=False),
        sa.Column("subject", sa.String(60), nullable=False),
        sa.Column("scope", sa.String(8), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("officer_id", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_erasure"),
        _reference("erasure", "officer_id", "officer"),
    )
    op.create_index("ix_erasure_subject", "erasure", ["subject"])
    _requests()


def _requests() -> None:
    table = "subject_request"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("processor", sa.Boolean(), nullable=False),
        sa.Column("acknowledged_at", INSTANT),
        sa.Column("acknowledged_by", sa.Integer()),
        sa.Column("extended_at", INSTANT),
        sa.Column("extension_reason", sa.String(300), nullable=False),
        sa.Column("settled_at", INSTANT),
        sa.Column("settled_by", sa.Integer()),
        sa.Column("outcome", sa.String(300), nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        *(_reference(table, f"{done}_by", "officer") for done in ("acknowledged", "settled")),
    )
    op.create_index(f"ix_{table}_state", table, ["state", "id"])


def _rows(table: str, key: str, *columns: str) -> Iterator[list[sa.Row]]:
    """All rows of a table in bites, by their key."""
    made = sa.table(table, *(sa.column(name) for name in (key, *columns)))
    last = 0
    while True:
        some = op.get_bind().execute(
            sa.select(made).where(made.c[key] > last).order_by(made.c[key]).limit(AT_ONCE)
        ).all()
        if not some:
            return
        last = some[-1][0]
        yield some


def _rename(table: str, old: str, new: str) -> None:
    op.execute(f"ALTER TABLE {table} RENAME COLUMN {old} TO {new}")


def _set(table: str, key: str, values: list[dict[str, object]]) -> None:
    names = [name for name in values[0] if name != "row"]
    told = ", ".join(f"{name} = :{name}" for name in names)
    op.get_bind().execute(sa.text(f"UPDATE {table} SET {told} WHERE {key} = :row"), values)


def _seal() -> None:
    seal, mark = sealer().seal, sealer().mark
    for table, (key, columns) in SEALED.items():
        for name in columns:
            _rename(table, name, f"plain_{name}")
            op.add_column(table, sa.Column(name, sa.Text(), nullable=False, server_default=""))
        marked = table == "contact_address"
        if marked:
            op.add_column(table, sa.Column("mark", sa.String(64), nullable=False, server_default=""))
        for some in _rows(table, key, *(f"plain_{name}" for name in columns)):
            values = [
                {"row": row[0]}
                | {name: text and seal(text) for name, text in zip(columns, row[1:], strict=True)}
                | ({"mark": mark(row[1].lower())} if marked else {})
                for row in some
            ]
            _set(table, key, values)
        for name in columns:
            op.drop_column(table, f"plain_{name}")
    op.create_index("ix_contact_address_mark", "contact_address", ["mark"])
    # the unique column keeps what finds an address: SQLite takes no such column away
    _rename("subscriber", "email", "mark")
    op.add_column("subscriber", sa.Column("email", sa.Text(), nullable=False, server_default=""))
    for some in _rows("subscriber", "id", "mark"):
        _set(
            "subscriber",
            "id",
            [{"row": row.id, "email": seal(row.mark), "mark": mark(row.mark)} for row in some],
        )


def _unseal() -> None:
    reveal = sealer().open
    for some in _rows("subscriber", "id", "email"):
        _set("subscriber", "id", [{"row": row.id, "mark": reveal(row.email)} for row in some])
    op.drop_column("subscriber", "email")
    _rename("subscriber", "mark", "email")
    op.drop_index("ix_contact_address_mark", "contact_address")
    op.drop_column("contact_address", "mark")
    for table, (key, columns) in SEALED.items():
        for name in columns:
            _rename(table, name, f"sealed_{name}")
            kind = OLD_TYPES[table, name]
            op.add_column(table, sa.Column(name, kind, nullable=False, server_default=""))
        for some in _rows(table, key, *(f"sealed_{name}" for name in columns)):
            values = [
                {"row": row[0]}
                | {name: text and reveal(text) for name, text in zip(columns, row[1:], strict=True)}
                for row in some
            ]
            _set(table, key, values)
        for name in columns:
            op.drop_column(table, f"sealed_{name}")


def _consents() -> None:
    """What rows said of consents until now is said in one place."""
    into = "INSERT INTO consent (purpose, wording, language, subject, given_at, withdrawn_at) SELECT "
    op.execute(
        f"{into} 'comment_letters', 1, language, 'comment:' || comment_id, consented_at, stopped_at "
        "FROM contact_address"
    )
    op.execute(
        f"{into} 'search_letters', 1, u.language, 'search:' || s.id, s.confirmed_at, NULL "
        "FROM saved_search s JOIN subscriber u ON u.id = s.subscriber_id "
        "WHERE s.confirmed_at IS NOT NULL"
    )
    op.execute(
        f"{into} 'public_name', 1, language, 'comment:' || id, submitted_at, NULL "
        "FROM comment WHERE display_name <> '' AND channel = 'portal'"
    )
    op.drop_column("contact_address", "consented_at")
    op.drop_column("contact_address", "purpose")


def _take_consents_back() -> None:
    op.add_column(
        "contact_address",
        sa.Column("purpose", sa.String(200), nullable=False, server_default=PURPOSE),
    )
    # said in the column: SQLite adds none without a value for the rows that stand
    op.add_column(
        "contact_address",
        sa.Column(
            "consented_at", INSTANT, nullable=False, server_default="1970-01-01 00:00:00+00:00"
        ),
    )
    op.execute(
        "UPDATE contact_address SET consented_at = coalesce((SELECT max(given_at) FROM consent c "
        "WHERE c.subject = 'comment:' || contact_address.comment_id "
        "AND c.purpose = 'comment_letters'), consented_at)"
    )
