"""The loop: leases, flags, masks, appeals, groups, the way of an answer, letters, corrections.

What is new and on record is guarded by the database as the older record is.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
PUBLISHED = (
    "EXISTS (SELECT 1 FROM answer a WHERE a.id = {row}.answer_id AND a.published_at IS NOT NULL)"
)


def changed(*names: str) -> str:
    return " OR ".join(f"NEW.{name} <> OLD.{name}" for name in names)


def late(once: str, *names: str) -> str:
    """A column that is filled in once, and those that go with it."""
    return f"(OLD.{once} IS NOT NULL AND (NEW.{once} IS NULL OR {changed(once, *names)}))"


# the queue of review in the order of waiting: of all, of a consultation, of a part of its draft
QUEUES = {
    "ix_comment_waited": ["status", "submitted_at", "id"],
    "ix_comment_review": ["consultation_id", "status", "submitted_at", "id"],
    "ix_comment_part": ["consultation_id", "article_lineage_id", "status", "submitted_at", "id"],
}
ALWAYS = "OLD.{} IS NOT NULL"
# name, event, table, when it is refused
RULES = (
    ("comment_door_kept", "UPDATE", "comment", changed("channel", "criticism", "members")),
    (
        "answered_waits_no_more",
        "UPDATE",
        "comment",
        "NEW.status = 'waiting' AND OLD.status <> 'waiting' AND EXISTS (SELECT 1 FROM "
        "answer_comment ac JOIN answer a ON a.id = ac.answer_id "
        "WHERE ac.comment_id = NEW.id AND a.published_at IS NOT NULL)",
    ),
    ("source_kept", "UPDATE", "comment_source", ALWAYS.format("comment_id")),
    ("source_stays", "DELETE", "comment_source", ALWAYS.format("comment_id")),
    (
        "attachment_kept",
        "UPDATE",
        "attachment",
        changed("id", "comment_id", "name", "media_type", "size", "sha256")
        + " OR (OLD.looked_at IS NOT NULL AND "
        f"({changed('clean_sha256', 'clean_size', 'text', 'problem')}))",
    ),
    ("attachment_stays", "DELETE", "attachment", ALWAYS.format("id")),
    (
        "question_kept",
        "UPDATE",
        "question",
        f"{changed('id', 'comment_id', 'officer_id', 'text', 'asked_at')} OR "
        f"{late('replied_at', 'reply')}",
    ),
    ("question_stays", "DELETE", "question", ALWAYS.format("id")),
    ("mask_kept", "UPDATE", "mask", ALWAYS.format("id")),
    ("mask_stays", "DELETE", "mask", ALWAYS.format("id")),
    (
        "appeal_kept",
        "UPDATE",
        "appeal",
        f"{changed('id', 'comment_id', 'decision_id', 'words', 'filed_at', 'due_on')} OR "
        f"{late('decided_at', 'decided_by', 'outcome', 'reply')}",
    ),
    ("appeal_stays", "DELETE", "appeal", ALWAYS.format("id")),
    ("edit_kept", "UPDATE", "answer_edit", ALWAYS.format("id")),
    ("edit_stays", "DELETE", "answer_edit", ALWAYS.format("id")),
    ("change_closed", "INSERT", "answer_change", PUBLISHED.format(row="NEW")),
    (
        "change_kept",
        "UPDATE",
        "answer_change",
        f"{PUBLISHED.format(row='OLD')} OR {PUBLISHED.format(row='NEW')}",
    ),
    ("change_stays", "DELETE", "answer_change", PUBLISHED.format(row="OLD")),
    ("answer_group_closed", "INSERT", "answer_group", PUBLISHED.format(row="NEW")),
    (
        "answer_group_kept",
        "UPDATE",
        "answer_group",
        f"{PUBLISHED.format(row='OLD')} OR {PUBLISHED.format(row='NEW')}",
    ),
    ("answer_group_stays", "DELETE", "answer_group", PUBLISHED.format(row="OLD")),
    (
        "correction_kept",
        "UPDATE",
        "correction",
        f"{changed('id', 'dossier_id')} OR (OLD.published_at IS NOT NULL AND ("
        f"{changed('claim', 'official', 'version_id', 'anchor', 'written_by', 'written_at')})) OR "
        f"{late('published_at', 'published_by')} OR {late('withdrawn_at', 'withdrawn_reason')}",
    ),
    ("correction_stays", "DELETE", "correction", "OLD.published_at IS NOT NULL"),
    (
        "suggestion_kept",
        "UPDATE",
        "reform_suggestion",
        f"{changed('id', 'comment_id', 'document', 'addressee', 'summary')} OR "
        f"{changed('registered_by', 'registered_at')} OR "
        f"{late('outcome_at', 'outcome', 'outcome_text', 'outcome_by')}",
    ),
    ("suggestion_stays", "DELETE", "reform_suggestion", ALWAYS.format("id")),
)
# what names a row, for the new row of a REPLACE
KEYS = {
    "comment_source": "r.comment_id = NEW.comment_id",
    "attachment": "r.id = NEW.id",
    "question": "r.id = NEW.id",
    "mask": "r.id = NEW.id",
    "appeal": "r.id = NEW.id OR r.decision_id = NEW.decision_id",
    "answer_edit": "r.id = NEW.id",
    "answer_change": "r.answer_id = NEW.answer_id AND r.lineage_id = NEW.lineage_id",
    "answer_group": "r.answer_id = NEW.answer_id AND r.group_id = NEW.group_id",
    "correction": "r.id = NEW.id",
    "reform_suggestion": "r.id = NEW.id",
}
ANSWER_KEPT = ("answer_kept", "UPDATE", "answer", "OLD.published_at IS NOT NULL")


def upgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    _tables()
    _columns(postgres)
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
        f"IF {when} THEN RAISE EXCEPTION '{name}' USING ERRCODE = 'integrity_constraint_violation'; "
        f"END IF; RETURN {kept}; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    )


def _drop(name: str, *, postgres: bool) -> None:
    op.execute(f"DROP FUNCTION {name}() CASCADE" if postgres else f"DROP TRIGGER {name}")


def _text(name: str, default: str = "", length: int | None = None) -> sa.Column:
    kind = sa.String(length) if length else sa.Text()
    return sa.Column(name, kind, nullable=False, server_default=default)


def _columns(postgres: bool) -> None:
    number = {"nullable": False, "server_default": "0"}
    op.add_column("comment", _text("channel", "portal", 12))
    op.add_column("comment", _text("criticism", "", 12))
    op.add_column("comment", sa.Column("members", sa.Integer(), **number))
    op.add_column("comment", sa.Column("masked_body", sa.Text()))
    op.add_column("comment", sa.Column("masked_wording", sa.Text()))
    op.add_column("comment", sa.Column("masked_name", sa.String(600)))
    for name, columns in QUEUES.items():
        op.create_index(name, "comment", columns)
    op.create_index("ix_decision_officer", "decision", ["officer_id", "at"])
    some = sa.text("criticism <> ''")
    op.create_index(
        "ix_comment_criticism",
        "comment",
        ["consultation_id", "id"],
        sqlite_where=some,
        postgresql_where=some,
    )
    op.add_column("contact_address", _text("language", "vi", 12))
    op.add_column("contact_address", _text("key", "", 22))
    op.add_column("contact_address", sa.Column("confirmed_at", INSTANT))
    op.add_column("contact_address", sa.Column("stopped_at", INSTANT))
    op.create_index("ix_contact_address_key", "contact_address", ["key"])
    op.add_column("tally", sa.Column("answered", sa.Integer(), **number))
    op.add_column("answer", _text("state", "draft", 10))
    op.add_column("answer", _text("no_change_reason"))
    # said in the column: SQLite adds no constraint to a table that stands
    op.execute(
        "ALTER TABLE answer ADD COLUMN signed_by INTEGER "
        "CONSTRAINT fk_answer_signed_by_officer REFERENCES officer (id)"
    )
    op.add_column("answer", sa.Column("signed_at", INSTANT))
    op.add_column("answer", _text("signed_as", "", 120))
    op.execute(
        "ALTER TABLE answer ADD COLUMN delegation_id INTEGER "
        "CONSTRAINT fk_answer_delegation_id_delegation REFERENCES delegation (id)"
    )
    op.add_column("answer", sa.Column("size", sa.Integer(), **number))
    op.create_index("ix_answer_state", "answer", ["consultation_id", "state", "id"])
    _drop("answer_kept", postgres=postgres)
    op.execute("UPDATE answer SET state = 'published' WHERE published_at IS NOT NULL")
    op.execute(
        "UPDATE answer SET size = "
        "(SELECT count(*) FROM answer_comment ac WHERE ac.answer_id = answer.id)"
    )
    _refuse(*ANSWER_KEPT, postgres=postgres)
    answered = (
        "SELECT count(*) FROM comment c JOIN answer_comment ac ON ac.comment_id = c.id "
        "JOIN answer a ON a.id = ac.answer_id WHERE a.published_at IS NOT NULL "
        "AND c.consultation_id = tally.consultation_id AND c.status = 'published'"
    )
    op.execute(
        "INSERT INTO unanswered (comment_id, consultation_id, article_lineage_id, position) "
        "SELECT c.id, c.consultation_id, coalesce(c.article_lineage_id, 0), "
        "coalesce(p.position, -1) FROM comment c JOIN consultation k ON k.id = c.consultation_id "
        "LEFT JOIN provision p ON p.version_id = k.version_id AND p.lineage_id = c.lineage_id "
        "WHERE c.status = 'published' "
        "AND NOT EXISTS (SELECT 1 FROM answer_comment ac WHERE ac.comment_id = c.id)"
    )
    op.execute(f"UPDATE tally SET answered = ({answered}) WHERE article_lineage_id = 0")
    op.execute(
        f"UPDATE tally SET answered = ({answered} AND c.article_lineage_id = "
        "tally.article_lineage_id) WHERE article_lineage_id <> 0"
    )


def _tables() -> None:
    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("about", sa.String(length=40), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("stop_url", sa.String(length=300), nullable=False),
        sa.Column("queued_at", INSTANT, nullable=False),
        sa.Column("next_try_at", INSTANT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("problem", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_letter"),
        sa.UniqueConstraint("key", name="uq_letter_key"),
    )
    op.create_index("ix_letter_due", "letter", ["settled_at", "next_try_at"], unique=False)
    op.create_index("ix_letter_about", "letter", ["about"], unique=False)
    op.create_table(
        "moderation_figure",
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("hours", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("decisions", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("outcome", "reason", "hours", name="pk_moderation_figure"),
    )
    op.create_table(
        "answer_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_type", sa.String(length=40), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("citation", sa.String(length=300), nullable=False),
        sa.Column("confidence", sa.String(length=10), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_type"],
            ["document_type.code"],
            name="fk_answer_rule_document_type_document_type",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_answer_rule"),
        sa.UniqueConstraint(
            "document_type", "valid_from", name="uq_answer_rule_document_type_valid_from"
        ),
    )
    op.create_table(
        "delegation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("given_by", sa.Integer(), nullable=False),
        sa.Column("given_at", INSTANT, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name="fk_delegation_agency_id_agency"
        ),
        sa.ForeignKeyConstraint(
            ["given_by"], ["officer.id"], name="fk_delegation_given_by_officer"
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name="fk_delegation_officer_id_officer"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_delegation"),
    )
    op.create_index("ix_delegation_officer_id", "delegation", ["officer_id"], unique=False)
    op.create_table(
        "unanswered",
        sa.Column(
            "comment_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("article_lineage_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name="fk_unanswered_comment_id_comment"
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name="fk_unanswered_consultation_id_consultation",
        ),
        sa.PrimaryKeyConstraint("comment_id", name="pk_unanswered"),
    )
    op.create_index(
        "ix_unanswered_order",
        "unanswered",
        ["consultation_id", "position", "comment_id"],
        unique=False,
    )
    op.create_index(
        "ix_unanswered_article",
        "unanswered",
        ["consultation_id", "article_lineage_id", "position", "comment_id"],
        unique=False,
    )
    op.create_table(
        "correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("claim", sa.Text(), nullable=False),
        sa.Column("official", sa.Text(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("anchor", sa.String(length=120), nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.Column("published_by", sa.Integer(), nullable=True),
        sa.Column("published_at", INSTANT, nullable=True),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name="fk_correction_dossier_id_dossier"
        ),
        sa.ForeignKeyConstraint(
            ["published_by"], ["officer.id"], name="fk_correction_published_by_officer"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["draft_version.id"], name="fk_correction_version_id_draft_version"
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["officer.id"], name="fk_correction_written_by_officer"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_correction"),
    )
    op.create_index("ix_correction_dossier_id", "correction", ["dossier_id"], unique=False)
    op.create_table(
        "group_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        sa.Column("undone_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name="fk_group_step_consultation_id_consultation",
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name="fk_group_step_officer_id_officer"
        ),
        sa.ForeignKeyConstraint(
            ["undone_by"], ["officer.id"], name="fk_group_step_undone_by_officer"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_group_step"),
    )
    op.create_index(
        "ix_group_step_consultation_id", "group_step", ["consultation_id"], unique=False
    )
    op.create_table(
        "answer_change",
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("lineage_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("anchor", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answer.id"], name="fk_answer_change_answer_id_answer"
        ),
        sa.PrimaryKeyConstraint("answer_id", "lineage_id", name="pk_answer_change"),
    )
    op.create_index("ix_answer_change_lineage_id", "answer_change", ["lineage_id"], unique=False)
    op.create_table(
        "answer_edit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("disposition", sa.String(length=24), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("comments", sa.Integer(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answer.id"], name="fk_answer_edit_answer_id_answer"
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name="fk_answer_edit_officer_id_officer"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_answer_edit"),
    )
    op.create_index("ix_answer_edit_answer_id", "answer_edit", ["answer_id"], unique=False)
    op.create_table(
        "attachment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("clean_sha256", sa.String(length=64), nullable=False),
        sa.Column("clean_size", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("problem", sa.String(length=20), nullable=False),
        sa.Column("looked_at", INSTANT, nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name="fk_attachment_comment_id_comment"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["officer.id"], name="fk_attachment_decided_by_officer"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_attachment"),
    )
    op.create_index("ix_attachment_comment_id", "attachment", ["comment_id"], unique=False)
    op.create_index("ix_attachment_looked_at", "attachment", ["looked_at"])
    op.create_table(
        "comment_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("tier", sa.String(length=10), nullable=False),
        sa.Column(
            "representative_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("published", sa.Integer(), nullable=False),
        sa.Column("published_people", sa.Integer(), nullable=False),
        sa.Column("formula", sa.Boolean(), nullable=False),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.Column("step_id", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name="fk_comment_group_consultation_id_consultation",
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["officer.id"], name="fk_comment_group_made_by_officer"
        ),
        sa.ForeignKeyConstraint(
            ["merged_into"], ["comment_group.id"], name="fk_comment_group_merged_into_comment_group"
        ),
        sa.ForeignKeyConstraint(
            ["representative_id"], ["comment.id"], name="fk_comment_group_representative_id_comment"
        ),
        sa.ForeignKeyConstraint(
            ["step_id"], ["group_step.id"], name="fk_comment_group_step_id_group_step"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_comment_group"),
    )
    op.create_index(
        "ix_comment_group_size",
        "comment_group",
        ["consultation_id", "tier", "messages"],
        unique=False,
    )
    op.create_table(
        "comment_source",
        sa.Column(
            "comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("event", sa.String(length=24), nullable=False),
        sa.Column("occasion", sa.String(length=300), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("dossier_sent_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name="fk_comment_source_comment_id_comment"
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name="fk_comment_source_officer_id_officer"
        ),
        sa.PrimaryKeyConstraint("comment_id", name="pk_comment_source"),
    )
    for name in ("reference", "fingerprint"):
        op.create_index(f"ix_comment_source_{name}", "comment_source", [name])
    op.create_table(
        "flag",
        sa.Column(
            "comment_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("spans", sa.JSON(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("article_lineage_id", sa.Integer(), nullable=True),
        sa.Column("submitted_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name="fk_flag_comment_id_comment"),
        sa.PrimaryKeyConstraint("comment_id", "kind", name="pk_flag"),
    )
    of_kind = ["kind", "open", "submitted_at", "comment_id"]
    op.create_index("ix_flag_open", "flag", of_kind)
    op.create_index("ix_flag_review", "flag", ["consultation_id", *of_kind])
    op.create_index("ix_flag_part", "flag", ["consultation_id", "article_lineage_id", *of_kind])
    op.create_table(
        "group_suggestion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column(
            "comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("other_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("said", sa.String(length=10), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=True),
        sa.Column("at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name="fk_group_suggestion_comment_id_comment"
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name="fk_group_suggestion_consultation_id_consultation",
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name="fk_group_suggestion_officer_id_officer"
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["comment.id"], name="fk_group_suggestion_other_id_comment"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_group_suggestion"),
        sa.UniqueConstraint(
            "comment_id", "other_id", name="uq_group_suggestion_comment_id_other_id"
        ),
    )
    op.create_index(
        "ix_group_suggestion_open",
        "group_suggestion",
        ["consultation_id", "said", "score"],
        unique=False,
    )
    op.create_table(
        "lease",
        sa.Column(
            "comment_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("taken_at", INSTANT, nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name="fk_lease_comment_id_comment"),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_lease_officer_id_officer"),
        sa.PrimaryKeyConstraint("comment_id", name="pk_lease"),
    )
    op.create_table(
        "question",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("replied_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name="fk_question_comment_id_comment"
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name="fk_question_officer_id_officer"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_question"),
    )
    op.create_index("ix_question_comment_id", "question", ["comment_id"], unique=False)
    op.create_index("ix_question_open", "question", ["replied_at", "id"], unique=False)
    op.create_table(
        "reform_suggestion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("document", sa.String(length=300), nullable=False),
        sa.Column("addressee", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("registered_by", sa.Integer(), nullable=False),
        sa.Column("registered_at", INSTANT, nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("outcome_text", sa.Text(), nullable=False),
        sa.Column("outcome_by", sa.Integer(), nullable=True),
        sa.Column("outcome_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name="fk_reform_suggestion_comment_id_comment"
        ),
        sa.ForeignKeyConstraint(
            ["outcome_by"], ["officer.id"], name="fk_reform_suggestion_outcome_by_officer"
        ),
        sa.ForeignKeyConstraint(
            ["registered_by"], ["officer.id"], name="fk_reform_suggestion_registered_by_officer"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_reform_suggestion"),
    )
    op.create_index(
        "ix_reform_suggestion_comment_id", "reform_suggestion", ["comment_id"], unique=False
    )
    op.create_table(
        "tombstone",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("leaf", sa.String(length=64), nullable=False),
        sa.Column("lifted_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name="fk_tombstone_comment_id_comment"
        ),
        sa.PrimaryKeyConstraint("seq", name="pk_tombstone"),
    )
    op.create_index("ix_tombstone_comment_id", "tombstone", ["comment_id"])
    op.create_index("ix_tombstone_consultation", "tombstone", ["consultation_id", "seq"])
    op.create_table(
        "answer_group",
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answer.id"], name="fk_answer_group_answer_id_answer"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["comment_group.id"], name="fk_answer_group_group_id_comment_group"
        ),
        sa.PrimaryKeyConstraint("answer_id", "group_id", name="pk_answer_group"),
    )
    op.create_table(
        "appeal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("filed_at", INSTANT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name="fk_appeal_comment_id_comment"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["officer.id"], name="fk_appeal_decided_by_officer"
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name="fk_appeal_decision_id_decision"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_appeal"),
        sa.UniqueConstraint("decision_id", name="uq_appeal_decision_id"),
    )
    op.create_index("ix_appeal_comment_id", "appeal", ["comment_id"], unique=False)
    op.create_table(
        "assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("article_lineage_id", sa.Integer(), nullable=True),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("assigned_by", sa.Integer(), nullable=False),
        sa.Column("assigned_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["assigned_by"], ["officer.id"], name="fk_assignment_assigned_by_officer"
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name="fk_assignment_consultation_id_consultation",
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["comment_group.id"], name="fk_assignment_group_id_comment_group"
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name="fk_assignment_officer_id_officer"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_assignment"),
        sa.UniqueConstraint(
            "consultation_id",
            "article_lineage_id",
            name="uq_assignment_consultation_id_article_lineage_id",
        ),
        sa.UniqueConstraint(
            "consultation_id", "group_id", name="uq_assignment_consultation_id_group_id"
        ),
    )
    op.create_index("ix_assignment_officer_id", "assignment", ["officer_id"], unique=False)
    op.create_table(
        "group_member",
        sa.Column(
            "comment_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("tier", sa.String(length=10), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name="fk_group_member_comment_id_comment"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["comment_group.id"], name="fk_group_member_group_id_comment_group"
        ),
        sa.PrimaryKeyConstraint("comment_id", "tier", name="pk_group_member"),
    )
    op.create_index(
        "ix_group_member_group", "group_member", ["group_id", "comment_id"], unique=False
    )
    op.create_table(
        "mask",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column(
            "comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("field", sa.String(length=12), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("shown_start", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name="fk_mask_comment_id_comment"),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name="fk_mask_decision_id_decision"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_mask"),
    )
    op.create_index("ix_mask_comment_id", "mask", ["comment_id"], unique=False)
    op.create_index("ix_mask_decision_id", "mask", ["decision_id"], unique=False)
    op.create_table(
        "comment_print",
        sa.Column(
            "comment_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("exact", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name="fk_comment_print_comment_id_comment"
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name="fk_comment_print_consultation_id_consultation",
        ),
        sa.PrimaryKeyConstraint("comment_id", name="pk_comment_print"),
    )
    op.create_index(
        "ix_comment_print_exact",
        "comment_print",
        ["consultation_id", "exact", "comment_id"],
        unique=False,
    )
    op.create_table(
        "print_key",
        sa.Column("consultation_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("shingle", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "comment_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name="fk_print_key_comment_id_comment"
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name="fk_print_key_consultation_id_consultation",
        ),
        sa.PrimaryKeyConstraint("consultation_id", "shingle", "comment_id", name="pk_print_key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "group_scale",
        sa.Column("consultation_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("common", sa.LargeBinary(), nullable=False),
        sa.Column("through", sa.BigInteger(), nullable=False),
        sa.Column("comments", sa.Integer(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name="fk_group_scale_consultation_id_consultation",
        ),
        sa.PrimaryKeyConstraint("consultation_id", name="pk_group_scale"),
    )


def downgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    for rule in RULES:
        _drop(rule[0], postgres=postgres)
    op.drop_column("tally", "answered")
    op.drop_index("ix_contact_address_key", table_name="contact_address")
    for name in ("stopped_at", "confirmed_at", "key", "language"):
        op.drop_column("contact_address", name)
    op.drop_index("ix_decision_officer", table_name="decision")
    for name in (*QUEUES, "ix_comment_criticism"):
        op.drop_index(name, table_name="comment")
    for name in ("masked_name", "masked_wording", "masked_body", "members", "criticism", "channel"):
        op.drop_column("comment", name)
    op.drop_index("ix_answer_state", table_name="answer")
    dropped = ("size", "delegation_id", "signed_as", "signed_at", "signed_by")
    for name in (*dropped, "no_change_reason", "state"):
        op.drop_column("answer", name)
    for name in ("group_scale", "print_key", "comment_print"):
        op.drop_table(name)
    op.drop_table("mask")
    op.drop_table("group_member")
    op.drop_table("assignment")
    op.drop_table("appeal")
    op.drop_table("answer_group")
    op.drop_table("tombstone")
    op.drop_table("reform_suggestion")
    op.drop_table("question")
    op.drop_table("lease")
    op.drop_table("group_suggestion")
    op.drop_table("flag")
    op.drop_table("comment_source")
    op.drop_table("comment_group")
    op.drop_table("attachment")
    op.drop_table("answer_edit")
    op.drop_table("answer_change")
    op.drop_table("unanswered")
    op.drop_table("group_step")
    op.drop_table("correction")
    op.drop_table("delegation")
    op.drop_table("answer_rule")
    op.drop_table("moderation_figure")
    op.drop_table("letter")
