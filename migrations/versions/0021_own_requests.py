"""Requests that people send by a form of the portal; links to a new password of an officer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TABLE = "subject_request"
SHOWN_BY = f"fk_{TABLE}_shown_by_officer"


def upgrade() -> None:
    empty = {"nullable": False, "server_default": ""}
    with op.batch_alter_table(TABLE) as table:
        table.add_column(sa.Column("source", sa.String(10), nullable=False, server_default="desk"))
        table.add_column(sa.Column("name", sa.Text(), **empty))
        table.add_column(sa.Column("answer_to", sa.Text(), **empty))
        table.add_column(sa.Column("shown_at", sa.DateTime(timezone=True)))
        table.add_column(sa.Column("shown_by", sa.Integer()))
        table.create_foreign_key(SHOWN_BY, "officer", ["shown_by"], ["id"])
    # an officer entered these, and only after that had been shown
    op.execute(f"UPDATE {TABLE} SET shown_at = asked_at")
    _links()


def _links() -> None:
    table, instant = "password_link", sa.DateTime(timezone=True)
    op.create_table(
        table,
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("officer_id", sa.Integer()),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_mark", sa.String(64), nullable=False),
        sa.Column("session_key", sa.String(43), nullable=False),
        sa.Column("asked_at", instant, nullable=False),
        sa.PrimaryKeyConstraint("digest", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name=f"fk_{table}_officer_id_officer"
        ),
    )
    for column in ("officer_id", "email_mark", "asked_at"):
        op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    op.drop_table("password_link")
    with op.batch_alter_table(TABLE) as table:
        table.drop_constraint(SHOWN_BY, type_="foreignkey")
        for name in ("shown_by", "shown_at", "answer_to", "name", "source"):
            table.drop_column(name)
