"""The words that were taken over from a comment: they say for how long they were."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("adoption", sa.Column("wording", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("adoption", "wording")
