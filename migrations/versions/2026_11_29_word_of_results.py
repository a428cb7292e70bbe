"""What people were told of: fallen lines, decisions that wait, refunds that are late; and the messages of it."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = 'word_of_results'
down_revision = 'receipt_tolerances'
branch_labels = None
depends_on = None

KINDS = "'new_order', 'moved_to_you', 'reminder', 'order_expired', 'line_moved', 'shortage', 'plan_held_back', 'delivery_on_its_way', 'recall', 'invoice_due', 'invoice_overdue', 'order_lowered', 'price_proposed', 'price_decided', 'recall_reminder', 'recall_unanswered', 'delivery_overdue', 'delivery_unweighed', 'receipt_unsigned', 'new_purchase', 'purchase_cut', 'delivery_not_left', 'credit_note', 'purchase_overdue', 'forecast_missing', 'offer_missing'"
NEW_KINDS = "'repair_given_up', 'lines_undecided', 'need_undecided', 'decision_reminder', 'refund_overdue', 'supply_short', 'supply_repaired'"


def upgrade() -> None:
    # Wait briefly or give up: a migration that queues for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column('order_line', sa.Column('told_fallen_qty', sa.BigInteger(), server_default='0', nullable=False))
    op.add_column('invoice', sa.Column('refund_told_at', sa.DateTime(timezone=True), nullable=True))
    op.create_index('ix_invoice_to_refund', 'invoice', ['region_code', 'id'], unique=False, postgresql_where=sa.text('credited_idr > 0 AND total_idr - credited_idr - paid_idr < 0 AND refund_told_at IS NULL'))
    op.create_table('pending_decision',
    sa.Column('subject_id', sa.Uuid(), nullable=False),
    sa.Column('week_start', sa.Date(), nullable=False),
    sa.Column('region_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('about', sa.Enum('fallen_lines', 'more_needed', name='decisionabout', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('remind_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_pending_decision_region_code')),
    sa.PrimaryKeyConstraint('subject_id', 'week_start', name=op.f('pk_pending_decision'))
    )
    op.create_index('ix_pending_decision_due', 'pending_decision', ['remind_at'], unique=False, postgresql_where=sa.text('reminded_at IS NULL'))
    op.create_index('ix_pending_decision_week', 'pending_decision', ['region_code', 'week_start'], unique=False)
    op.drop_constraint(op.f('ck_notification_noticekind'), 'notification', type_='check')
    op.create_check_constraint(op.f('ck_notification_noticekind'), 'notification', f"kind IN ({KINDS}, {NEW_KINDS})")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"DELETE FROM notification WHERE kind IN ({NEW_KINDS})")
    op.drop_constraint(op.f('ck_notification_noticekind'), 'notification', type_='check')
    op.create_check_constraint(op.f('ck_notification_noticekind'), 'notification', f"kind IN ({KINDS})")
    op.drop_index('ix_pending_decision_week', table_name='pending_decision')
    op.drop_index('ix_pending_decision_due', table_name='pending_decision', postgresql_where=sa.text('reminded_at IS NULL'))
    op.drop_table('pending_decision')
    op.drop_index('ix_invoice_to_refund', table_name='invoice', postgresql_where=sa.text('credited_idr > 0 AND total_idr - credited_idr - paid_idr < 0 AND refund_told_at IS NULL'))
    op.drop_column('invoice', 'refund_told_at')
    op.drop_column('order_line', 'told_fallen_qty')
