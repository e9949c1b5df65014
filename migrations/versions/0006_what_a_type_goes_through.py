"""Which types of documents a committee verifies before a vote."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NOBODY_VOTES = (
    *("central_document", "decree", "government_resolution", "pm_decision", "circular"),
    *("provincial_committee_decision", "provincial_chairman_decision"),
    "commune_committee_decision",
)


def upgrade() -> None:
    op.add_column(
        "document_type", sa.Column("verified", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    types = sa.table("document_type", sa.column("code", sa.String), sa.column("verified", sa.Boolean))
    op.execute(types.update().where(types.c.code.in_(NOBODY_VOTES)).values(verified=False))


def downgrade() -> None:
    op.drop_column("document_type", "verified")
