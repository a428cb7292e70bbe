"""Days to pay are the wholesaler's own, and kept with every purchase."""

import sqlalchemy as sa
from alembic import op

revision = 'wholesaler_terms'
down_revision = 'debt_lists'
branch_labels = None
depends_on = None

UNPAID = 'paid_idr < total_idr AND overdue_told_at IS NULL'


def upgrade() -> None:
    # Wait briefly or give up: a migration that queues for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column('wholesaler', sa.Column('due_days', sa.Integer(), server_default='14', nullable=False))
    op.drop_constraint(op.f('ck_wholesaler_not_negative'), 'wholesaler', type_='check')
    op.create_check_constraint(op.f('ck_wholesaler_not_negative'), 'wholesaler', 'min_order_idr >= 0 AND lead_days >= 0 AND due_days >= 0')
    op.add_column('purchase', sa.Column('due_days', sa.Integer(), server_default='14', nullable=False))
    op.create_check_constraint(op.f('ck_purchase_due_days_not_negative'), 'purchase', 'due_days >= 0')
    op.drop_index('ix_purchase_to_chase', table_name='purchase', postgresql_where=sa.text(UNPAID))
    op.create_index('ix_purchase_to_chase', 'purchase', [sa.literal_column('(owed_on + due_days)'), 'region_code', 'id'], unique=False, postgresql_where=sa.text(UNPAID))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index('ix_purchase_to_chase', table_name='purchase', postgresql_where=sa.text(UNPAID))
    op.create_index('ix_purchase_to_chase', 'purchase', ['owed_on', 'region_code', 'id'], unique=False, postgresql_where=sa.text(UNPAID))
    op.drop_constraint(op.f('ck_purchase_due_days_not_negative'), 'purchase', type_='check')
    op.drop_column('purchase', 'due_days')
    op.drop_constraint(op.f('ck_wholesaler_not_negative'), 'wholesaler', type_='check')
    op.create_check_constraint(op.f('ck_wholesaler_not_negative'), 'wholesaler', 'min_order_idr >= 0 AND lead_days >= 0')
    op.drop_column('wholesaler', 'due_days')
