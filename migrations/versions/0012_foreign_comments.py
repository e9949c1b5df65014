"""What is found quickly of comments from abroad: groups of one country, texts to be translated."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

COUNTRY = sa.text("country <> ''")
FOREIGN = sa.text("language <> 'vi'")


def upgrade() -> None:
    op.create_index(
        "ix_comment_country",
        "comment",
        ["consultation_id", "status", "commenter_kind", "country"],
        sqlite_where=COUNTRY,
        postgresql_where=COUNTRY,
    )
    op.create_index(
        "ix_comment_foreign",
        "comment",
        ["status", "id"],
        sqlite_where=FOREIGN,
        postgresql_where=FOREIGN,
    )


def downgrade() -> None:
    op.drop_index("ix_comment_foreign", "comment")
    op.drop_index("ix_comment_country", "comment")
