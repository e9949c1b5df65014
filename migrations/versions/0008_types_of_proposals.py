"""Which types are of proposals, whose draft is of another type."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "document_type", sa.Column("proposes", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    types = sa.table("document_type", sa.column("code", sa.String), sa.column("proposes", sa.Boolean))
    op.execute(types.update().where(types.c.code == "policy_dossier").values(proposes=True))


def downgrade() -> None:
    op.drop_column("document_type", "proposes")
