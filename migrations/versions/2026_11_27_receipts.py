"""Receipts are listed by week, region and side."""

import sqlalchemy as sa
from alembic import op

revision = 'receipts'
down_revision = 'payables'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Wait briefly or give up: a migration that queues for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_index('ix_receipt_cooperative_week', 'receipt', ['cooperative_id', 'week_start', 'id'], unique=False)
    op.create_index('ix_receipt_kitchen_week', 'receipt', ['kitchen_id', 'week_start', 'id'], unique=False)
    op.create_index('ix_receipt_region_week', 'receipt', ['region_code', 'week_start', 'id'], unique=False)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index('ix_receipt_region_week', table_name='receipt')
    op.drop_index('ix_receipt_kitchen_week', table_name='receipt')
    op.drop_index('ix_receipt_cooperative_week', table_name='receipt')
