"""Until when an answer can be taken back."""

import sqlalchemy as sa
from alembic import op

revision = 'undone_answers'
down_revision = 'wholesaler_terms'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Wait briefly or give up: a migration that queues for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column('answer', sa.Column('undo_until', sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column('answer', 'undo_until')
