"""The transparency log: salted leaves, inner nodes of the tree, signed checkpoints."""

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
