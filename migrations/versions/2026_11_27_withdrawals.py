"""What is taken off order lines after their answer, and the message about it."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = 'withdrawals'
down_revision = 'purchases'
branch_labels = None
depends_on = None

KINDS = "'new_order', 'moved_to_you', 'reminder', 'order_expired', 'line_moved', 'shortage', 'plan_held_back', 'delivery_on_its_way', 'recall', 'invoice_due', 'invoice_overdue'"


def upgrade() -> None:
    # Wait briefly or give up: a migration that queues for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table('order_line_withdrawal',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('region_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('week_start', sa.Date(), nullable=False),
    sa.Column('cooperative_id', sa.Uuid(), nullable=False),
    sa.Column('order_line_id', sa.Uuid(), nullable=False),
    sa.Column('withdrawer', sa.Enum('cooperative', 'kitchen', 'city', name='withdrawer', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('withdrawn_qty', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.Enum('crop_failed', 'spoiled', 'no_transport', 'no_cold_room', 'no_cash', 'not_needed', 'suspended', 'recalled', 'other', name='withdrawalreason', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('remark', sqlmodel.sql.sqltypes.AutoString(length=400), nullable=True),
    sa.Column('withdrawn_by', sa.Uuid(), nullable=True),
    sa.CheckConstraint('withdrawn_qty > 0', name=op.f('ck_order_line_withdrawal_positive')),
    sa.ForeignKeyConstraint(['cooperative_id'], ['cooperative.organisation_id'], name=op.f('fk_order_line_withdrawal_cooperative_id')),
    sa.ForeignKeyConstraint(['order_line_id'], ['order_line.id'], name=op.f('fk_order_line_withdrawal_order_line_id')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_order_line_withdrawal_region_code')),
    sa.ForeignKeyConstraint(['withdrawn_by'], ['app_user.id'], name=op.f('fk_order_line_withdrawal_withdrawn_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_order_line_withdrawal'))
    )
    op.create_index('ix_order_line_withdrawal_cooperative', 'order_line_withdrawal', ['cooperative_id', 'week_start'], unique=False)
    op.create_index('ix_order_line_withdrawal_line', 'order_line_withdrawal', ['order_line_id'], unique=False)
    op.drop_constraint(op.f('ck_notification_noticekind'), 'notification', type_='check')
    op.create_check_constraint(op.f('ck_notification_noticekind'), 'notification', f"kind IN ({KINDS}, 'order_lowered')")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DELETE FROM notification WHERE kind = 'order_lowered'")
    op.drop_constraint(op.f('ck_notification_noticekind'), 'notification', type_='check')
    op.create_check_constraint(op.f('ck_notification_noticekind'), 'notification', f"kind IN ({KINDS})")
    op.drop_index('ix_order_line_withdrawal_line', table_name='order_line_withdrawal')
    op.drop_index('ix_order_line_withdrawal_cooperative', table_name='order_line_withdrawal')
    op.drop_table('order_line_withdrawal')
