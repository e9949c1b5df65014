"""What the database refuses besides: going round the record by another column, way or command."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def changed(*names: str) -> str:
    return " OR ".join(f"NEW.{name} <> OLD.{name}" for name in names)


def changed_or_null(*names: str) -> str:
    return " OR ".join(f"coalesce(NEW.{name}, 0) <> coalesce(OLD.{name}, 0)" for name in names)


POSTED = "EXISTS (SELECT 1 FROM draft_version v WHERE v.id = {row}.version_id AND v.posted_at IS NOT NULL)"
PUBLISHED = "EXISTS (SELECT 1 FROM answer a WHERE a.id = {row}.answer_id AND a.published_at IS NOT NULL)"
OPENED = "EXISTS (SELECT 1 FROM consultation c WHERE c.dossier_id = OLD.id)"
CONTENT = (
    *("title", "title_en", "slug", "document_type", "necessity", "purpose", "viewpoint", "scope"),
    *("subjects", "main_content", "changes", "other", "affected_parties", "summary_en"),
)

# name, event, table, when it is refused
RULES = (
    ("version_number_kept", "UPDATE", "draft_version", changed("id", "dossier_id", "number")),
    ("provision_enters", "UPDATE", "provision", f"NEW.id <> OLD.id OR {POSTED.format(row='NEW')}"),
    ("content_kept", "UPDATE", "dossier", f"{OPENED} AND ({changed(*CONTENT)})"),
    (
        "rule_kept",
        "UPDATE",
        "consultation",
        changed("id", "dossier_id", "version_id", "opened_at", "opened_by", "days")
        + " OR "
        + changed("legal_min_days", "citation", "confidence")
        + " OR NEW.last_day < OLD.last_day OR (OLD.closed_at IS NOT NULL AND "
        "(NEW.closed_at IS NULL OR NEW.closed_at <> OLD.closed_at OR NEW.closes_at <> OLD.closes_at))",
    ),
    (
        "comment_whole",
        "UPDATE",
        "comment",
        changed("id", "place", "commenter_kind", "display_name", "language")
        + " OR "
        + changed("idempotency_key", "salt")
        + " OR "
        + changed_or_null("lineage_id", "article_lineage_id"),
    ),
    (
        "entry_true",
        "UPDATE",
        "ledger_entry",
        changed("id", "at", "verb", "subject")
        + " OR CAST(NEW.facts AS TEXT) <> CAST(OLD.facts AS TEXT) OR "
        + changed_or_null("actor_id", "consultation_id"),
    ),
    ("answer_number_kept", "UPDATE", "answer", changed("id", "consultation_id")),
    ("speaks_to_no_more", "INSERT", "answer_comment", PUBLISHED.format(row="NEW")),
    (
        "speaks_to_the_same",
        "UPDATE",
        "answer_comment",
        f"{PUBLISHED.format(row='OLD')} OR {PUBLISHED.format(row='NEW')}",
    ),
    ("speaks_to_no_less", "DELETE", "answer_comment", PUBLISHED.format(row="OLD")),
    ("extension_kept", "UPDATE", "extension", "OLD.id IS NOT NULL"),
    ("extension_stays", "DELETE", "extension", "OLD.id IS NOT NULL"),
    ("step_kept", "UPDATE", "stage_step", "OLD.id IS NOT NULL"),
    ("step_stays", "DELETE", "stage_step", "OLD.id IS NOT NULL"),
    ("declaration_kept", "UPDATE", "declaration", POSTED.format(row="OLD")),
    ("declaration_stays", "DELETE", "declaration", POSTED.format(row="OLD")),
)

# What names a row: on SQLite a REPLACE takes the old row away without any trigger of DELETE,
# unless the connection asked for them; so the new row is stopped.
KEYS = {
    "draft_version": ("r.id = NEW.id", "r.dossier_id = NEW.dossier_id AND r.number = NEW.number"),
    "provision": ("r.id = NEW.id",),
    "consultation": ("r.id = NEW.id", "r.dossier_id = NEW.dossier_id"),
    "comment": (
        "r.id = NEW.id",
        "r.receipt = NEW.receipt",
        "r.idempotency_key = NEW.idempotency_key",
    ),
    "decision": ("r.id = NEW.id",),
    "ledger_entry": ("r.id = NEW.id", "r.seq = NEW.seq"),
    "answer": ("r.id = NEW.id",),
    "answer_comment": ("r.comment_id = NEW.comment_id",),
    "extension": ("r.id = NEW.id",),
    "stage_step": ("r.id = NEW.id",),
    "declaration": ("r.version_id = NEW.version_id AND r.officer_id = NEW.officer_id",),
}


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _upgrade_postgresql()
        return
    for name, event, table, when in RULES:
        _sqlite(name, event, table, when)
    for table, keys in KEYS.items():
        taken = " OR ".join(f"EXISTS (SELECT 1 FROM {table} r WHERE {key})" for key in keys)
        _sqlite(f"{table}_not_replaced", "INSERT", table, taken)


def _sqlite(name: str, event: str, table: str, when: str) -> None:
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {when} "
        f"BEGIN SELECT RAISE(ABORT, '{name}'); END"
    )


def _upgrade_postgresql() -> None:
    refuse = "RAISE EXCEPTION '{}' USING ERRCODE = 'integrity_constraint_violation';"
    for name, event, table, when in RULES:
        kept = "NEW" if event != "DELETE" else "OLD"
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {when} THEN {refuse.format(name)} END IF; RETURN {kept}; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {name}()"
        )
    op.execute(
        "CREATE FUNCTION never_emptied() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"{refuse.format('never_emptied')} END $$"
    )
    for table in KEYS:
        op.execute(
            f"CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION never_emptied()"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for name in ("never_emptied", *(rule[0] for rule in reversed(RULES))):
            op.execute(f"DROP FUNCTION {name}() CASCADE")
        return
    for name in (*(f"{table}_not_replaced" for table in KEYS), *(rule[0] for rule in RULES)):
        op.execute(f"DROP TRIGGER {name}")
