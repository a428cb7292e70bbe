"""An index for what is still owed: lists of exposures read no paid invoice."""

import sqlalchemy as sa
from alembic import op

revision = 'debt_lists'
down_revision = 'erased_users'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Wait briefly or give up: a migration that queues for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_index('ix_invoice_left', 'invoice', ['region_code', 'kitchen_id'], unique=False, postgresql_where=sa.text('total_idr - credited_idr - paid_idr <> 0'))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index('ix_invoice_left', table_name='invoice', postgresql_where=sa.text('total_idr - credited_idr - paid_idr <> 0'))
