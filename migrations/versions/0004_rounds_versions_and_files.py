"""Several comment periods of a dossier, versions aligned to each other, files beside a draft.

Declarations speak of the words they were given for. The triggers are taken down while tables are
built anew, and put up again with what the new columns and tables need.
"""

import sqlalchemy as sa
from alembic import op
from alembic.script import ScriptDirectory

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
POSTED = "EXISTS (SELECT 1 FROM draft_version v WHERE v.id = {row}.version_id AND v.posted_at IS NOT NULL)"
FIXED = ("id", "dossier_id", "round", "opened_at", "opened_by", "days", "legal_min_days")
# a draft's content is frozen for good, a proposal's while people comment on it
OPENED = (
    "EXISTS (SELECT 1 FROM consultation c WHERE c.dossier_id = OLD.id "
    "AND (c.version_id IS NOT NULL OR c.closed_at IS NULL))"
)
CONTENT = (
    *("title", "title_en", "slug", "document_type", "necessity", "purpose", "viewpoint", "scope"),
    *("subjects", "main_content", "changes", "other", "affected_parties", "summary_en"),
)


def changed(*names: str) -> str:
    return " OR ".join(f"NEW.{name} <> OLD.{name}" for name in names)


def written(name: str) -> str:
    return f"CAST(NEW.{name} AS TEXT) <> CAST(OLD.{name} AS TEXT)"


# name, event, table, when it is refused
REPLACED = (
    ("content_kept", "UPDATE", "dossier", f"{OPENED} AND ({changed(*CONTENT)})"),
    (
        "rule_kept",
        "UPDATE",
        "consultation",
        f"{changed(*FIXED, 'citation', 'confidence')} OR {written('content')} "
        "OR coalesce(NEW.version_id, 0) <> coalesce(OLD.version_id, 0) "
        "OR NEW.last_day < OLD.last_day OR (OLD.closed_at IS NOT NULL AND "
        "(NEW.closed_at IS NULL OR NEW.closed_at <> OLD.closed_at OR NEW.closes_at <> OLD.closes_at))",
    ),
    ("declaration_kept", "UPDATE", "declaration", "OLD.at IS NOT NULL"),
    ("declaration_stays", "DELETE", "declaration", "OLD.at IS NOT NULL"),
)
NEW = (
    (
        "comment_words_kept",
        "UPDATE",
        "comment",
        f"{changed('proposed_wording')} OR {written('quote')}",
    ),
    ("alignment_closed", "INSERT", "alignment", POSTED.format(row="NEW")),
    (
        "alignment_kept",
        "UPDATE",
        "alignment",
        f"{POSTED.format(row='OLD')} OR {POSTED.format(row='NEW')}",
    ),
    ("alignment_stays", "DELETE", "alignment", POSTED.format(row="OLD")),
    ("comparison_closed", "INSERT", "comparison_row", POSTED.format(row="NEW")),
    (
        "comparison_kept",
        "UPDATE",
        "comparison_row",
        f"{POSTED.format(row='OLD')} OR {POSTED.format(row='NEW')}",
    ),
    ("comparison_stays", "DELETE", "comparison_row", POSTED.format(row="OLD")),
    ("file_kept", "UPDATE", "dossier_file", "OLD.posted_at IS NOT NULL"),
    ("file_stays", "DELETE", "dossier_file", "OLD.posted_at IS NOT NULL"),
    ("adoption_closed", "INSERT", "adoption", POSTED.format(row="NEW")),
    ("adoption_kept", "UPDATE", "adoption", "OLD.at IS NOT NULL"),
    ("adoption_stays", "DELETE", "adoption", POSTED.format(row="OLD")),
)
# what names a row, for the new row of a REPLACE
KEYS = {
    "consultation": ("r.id = NEW.id", "r.dossier_id = NEW.dossier_id AND r.round = NEW.round"),
    "declaration": (
        "r.dossier_id = NEW.dossier_id AND r.digest = NEW.digest AND r.officer_id = NEW.officer_id",
    ),
    "alignment": ("r.id = NEW.id",),
    "comparison_row": ("r.id = NEW.id",),
    "dossier_file": ("r.id = NEW.id", "r.dossier_id = NEW.dossier_id AND r.name = NEW.name"),
    "adoption": ("r.version_id = NEW.version_id AND r.comment_id = NEW.comment_id",),
}
KEPT_BEFORE = ("consultation", "declaration")


def upgrade() -> None:
    _guards(False)
    _tables()
    _guards(True)
    postgres = op.get_bind().dialect.name == "postgresql"
    for name, _event, table, _when in REPLACED:
        _drop(name, table, postgres)
    for rule in (*REPLACED, *NEW):
        _refuse(*rule, postgres=postgres)
    for table, keys in KEYS.items():
        if postgres:
            if table not in KEPT_BEFORE:
                op.execute(
                    f"CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table} "
                    "FOR EACH STATEMENT EXECUTE FUNCTION never_emptied()"
                )
            continue
        if table in KEPT_BEFORE:
            op.execute(f"DROP TRIGGER {table}_not_replaced")
        taken = " OR ".join(f"EXISTS (SELECT 1 FROM {table} r WHERE {key})" for key in keys)
        _refuse(f"{table}_not_replaced", "INSERT", table, taken, postgres=False)


def _guards(up: bool) -> None:
    """The triggers of the revisions before are up, or down."""
    script = ScriptDirectory.from_config(op.get_context().config)
    names = ("0002", "0003") if up else ("0003", "0002")
    for name in names:
        module = script.get_revision(name).module
        module.upgrade() if up else module.downgrade()


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


def _drop(name: str, table: str, postgres: bool) -> None:
    op.execute(f"DROP FUNCTION {name}() CASCADE" if postgres else f"DROP TRIGGER {name}")


def _text(name: str, length: int | None = None) -> sa.Column:
    kind = sa.String(length) if length else sa.Text()
    return sa.Column(name, kind, nullable=False, server_default="")


def _tables() -> None:
    op.add_column(
        "dossier",
        sa.Column("taking_comments", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.execute(
        "UPDATE dossier SET taking_comments = (SELECT 1 = 1) WHERE id IN "
        "(SELECT dossier_id FROM consultation WHERE closed_at IS NULL)"
    )
    op.add_column("dossier", sa.Column("outcome_effective", sa.Date(), nullable=True))
    op.add_column("draft_version", _text("note", 400))
    op.add_column("provision", _text("label", 80))
    op.add_column("provision", sa.Column("line", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("comment", sa.Column("quote", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("comment", _text("proposed_wording"))
    with op.batch_alter_table("consultation") as table:
        table.add_column(sa.Column("round", sa.Integer(), nullable=False, server_default="1"))
        table.add_column(sa.Column("content", sa.JSON(), nullable=False, server_default="{}"))
        table.alter_column("version_id", existing_type=sa.Integer(), nullable=True)
        table.drop_constraint("uq_consultation_dossier_id", type_="unique")
        table.create_unique_constraint("uq_consultation_dossier_id_round", ["dossier_id", "round"])
    _declarations()
    _new_tables()


def _declarations() -> None:
    """What was declared of a version was declared of its words."""
    op.execute(
        "CREATE TEMPORARY TABLE declared AS SELECT v.dossier_id, v.digest, d.officer_id, d.at "
        "FROM declaration d JOIN draft_version v ON v.id = d.version_id"
    )
    op.drop_table("declaration")
    op.create_table(
        "declaration",
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_declaration_dossier_id_dossier")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name=op.f("fk_declaration_officer_id_officer")
        ),
        sa.PrimaryKeyConstraint("dossier_id", "digest", "officer_id", name=op.f("pk_declaration")),
    )
    op.execute("INSERT INTO declaration SELECT dossier_id, digest, officer_id, at FROM declared")
    op.execute("DROP TABLE declared")


def _new_tables() -> None:
    op.create_table(
        "draft_edit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("operation", sa.String(20), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["draft_version.id"], ondelete="CASCADE",
            name=op.f("fk_draft_edit_version_id_draft_version"),
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name=op.f("fk_draft_edit_officer_id_officer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_edit")),
    )
    op.create_index(op.f("ix_draft_edit_version_id"), "draft_edit", ["version_id"])
    op.create_table(
        "alignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("old_provision_id", sa.Integer(), nullable=True),
        sa.Column("new_provision_id", sa.Integer(), nullable=True),
        sa.Column("fate", sa.String(12), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("reworded", sa.Boolean(), nullable=False),
        sa.Column("continues", sa.Boolean(), nullable=False),
        sa.Column("doubtful", sa.Boolean(), nullable=False),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["version_id"], ["draft_version.id"], ondelete="CASCADE",
            name=op.f("fk_alignment_version_id_draft_version"),
        ),
        sa.ForeignKeyConstraint(
            ["old_provision_id"], ["provision.id"], name=op.f("fk_alignment_old_provision_id_provision")
        ),
        sa.ForeignKeyConstraint(
            ["new_provision_id"], ["provision.id"], name=op.f("fk_alignment_new_provision_id_provision")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["officer.id"], name=op.f("fk_alignment_confirmed_by_officer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alignment")),
    )
    for column in ("version_id", "old_provision_id", "new_provision_id"):
        op.create_index(op.f(f"ix_alignment_{column}"), "alignment", [column])
    op.create_table(
        "required_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_type", sa.String(40), nullable=False),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("name_en", sa.String(200), nullable=False),
        sa.Column("citation", sa.String(300), nullable=False),
        sa.Column("confidence", sa.String(10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_type"], ["document_type.code"],
            name=op.f("fk_required_document_document_type_document_type"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_required_document")),
        sa.UniqueConstraint(
            "document_type", "stage", "code", "valid_from",
            name=op.f("uq_required_document_document_type_stage_code_valid_from"),
        ),
    )
    op.create_table(
        "effect_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_type", sa.String(40), nullable=False),
        sa.Column("min_days", sa.Integer(), nullable=False),
        sa.Column("citation", sa.String(300), nullable=False),
        sa.Column("confidence", sa.String(10), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_type"], ["document_type.code"],
            name=op.f("fk_effect_rule_document_type_document_type"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_effect_rule")),
        sa.UniqueConstraint(
            "document_type", "valid_from", name=op.f("uq_effect_rule_document_type_valid_from")
        ),
    )
    op.create_table(
        "dossier_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("media_type", sa.String(120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=False),
        sa.Column("posted_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_dossier_file_dossier_id_dossier")
        ),
        sa.ForeignKeyConstraint(
            ["added_by"], ["officer.id"], name=op.f("fk_dossier_file_added_by_officer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_file")),
        sa.UniqueConstraint("dossier_id", "name", name=op.f("uq_dossier_file_dossier_id_name")),
    )
    op.create_index(op.f("ix_dossier_file_dossier_id"), "dossier_file", ["dossier_id"])
    op.create_table(
        "comparison_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("source", sa.String(300), nullable=False),
        sa.Column("current", sa.Text(), nullable=False),
        sa.Column("anchor", sa.String(120), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["draft_version.id"], ondelete="CASCADE",
            name=op.f("fk_comparison_row_version_id_draft_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comparison_row")),
    )
    op.create_index(op.f("ix_comparison_row_version_id"), "comparison_row", ["version_id"])
    op.create_table(
        "adoption",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lineage_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["draft_version.id"], ondelete="CASCADE",
            name=op.f("fk_adoption_version_id_draft_version"),
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name=op.f("fk_adoption_comment_id_comment")
        ),
        sa.ForeignKeyConstraint(
            ["lineage_id"], ["lineage.id"], name=op.f("fk_adoption_lineage_id_lineage")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name=op.f("fk_adoption_officer_id_officer")
        ),
        sa.PrimaryKeyConstraint("version_id", "comment_id", name=op.f("pk_adoption")),
    )


def downgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    for name, _event, table, _when in NEW:
        _drop(name, table, postgres)
    for table in KEYS:
        if table not in KEPT_BEFORE:
            op.execute(
                f"DROP TRIGGER {table}_never_emptied ON {table}"
                if postgres
                else f"DROP TRIGGER {table}_not_replaced"
            )
    _guards(False)
    for table in ("adoption", "comparison_row", "dossier_file", "effect_rule", "required_document", "alignment", "draft_edit"):
        op.drop_table(table)
    _old_declarations()
    # a portal of one period a dossier has no place for a second, nor for one on a proposal
    with op.batch_alter_table("consultation") as table:
        table.drop_constraint("uq_consultation_dossier_id_round", type_="unique")
        table.create_unique_constraint("uq_consultation_dossier_id", ["dossier_id"])
        table.alter_column("version_id", existing_type=sa.Integer(), nullable=False)
        table.drop_column("content")
        table.drop_column("round")
    for table, column in (
        ("comment", "proposed_wording"),
        ("comment", "quote"),
        ("provision", "line"),
        ("provision", "label"),
        ("draft_version", "note"),
        ("dossier", "outcome_effective"),
        ("dossier", "taking_comments"),
    ):
        op.drop_column(table, column)
    _guards(True)


def _old_declarations() -> None:
    op.execute(
        "CREATE TEMPORARY TABLE declared AS SELECT v.id AS version_id, d.officer_id, d.at "
        "FROM declaration d JOIN draft_version v "
        "ON v.dossier_id = d.dossier_id AND v.digest = d.digest"
    )
    op.drop_table("declaration")
    op.create_table(
        "declaration",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name=op.f("fk_declaration_officer_id_officer")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["draft_version.id"], ondelete="CASCADE",
            name=op.f("fk_declaration_version_id_draft_version"),
        ),
        sa.PrimaryKeyConstraint("version_id", "officer_id", name=op.f("pk_declaration")),
    )
    op.execute("INSERT INTO declaration SELECT version_id, officer_id, at FROM declared")
    op.execute("DROP TABLE declared")
