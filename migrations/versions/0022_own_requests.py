"""Requests that people send by a form of the portal: by which door, whom to answer, if proven."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
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


def downgrade() -> None:
    with op.batch_alter_table(TABLE) as table:
        table.drop_constraint(SHOWN_BY, type_="foreignkey")
        for name in ("shown_by", "shown_at", "answer_to", "name", "source"):
            table.drop_column(name)
