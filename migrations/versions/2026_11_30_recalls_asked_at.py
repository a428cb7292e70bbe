"""A kitchen that learns of a recall after its opening has as long to answer as the others."""

import sqlalchemy as sa
from alembic import op

revision = "recalls_asked_at"
down_revision = "references"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Wait briefly or give up: a migration that queues for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("recall_part", sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column("recall_part", "asked_at")
