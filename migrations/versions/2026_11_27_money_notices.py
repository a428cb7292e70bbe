"""When both sides were told that money for packs is late, its message and that of credit notes; refunds taken back."""

import sqlalchemy as sa
from alembic import op

revision = 'money_notices'
down_revision = 'noon_warnings'
branch_labels = None
depends_on = None

KINDS = "'new_order', 'moved_to_you', 'reminder', 'order_expired', 'line_moved', 'shortage', 'plan_held_back', 'delivery_on_its_way', 'recall', 'invoice_due', 'invoice_overdue', 'order_lowered', 'price_proposed', 'price_decided', 'recall_reminder', 'recall_unanswered', 'delivery_overdue', 'delivery_unweighed', 'receipt_unsigned', 'new_purchase', 'purchase_cut', 'delivery_not_left'"
NEW_KINDS = "'credit_note', 'purchase_overdue'"


def upgrade() -> None:
    # Wait briefly or give up: a migration that queues for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column('purchase', sa.Column('overdue_told_at', sa.DateTime(timezone=True), nullable=True))
    op.create_index('ix_purchase_to_chase', 'purchase', ['owed_on', 'region_code', 'id'], unique=False, postgresql_where=sa.text('paid_idr < total_idr AND overdue_told_at IS NULL'))
    op.drop_constraint(op.f('ck_payment_sign_fits_kind'), 'payment', type_='check')
    op.create_check_constraint(op.f('ck_payment_sign_fits_kind'), 'payment', "CASE kind WHEN 'payment' THEN amount_idr > 0 WHEN 'refund' THEN amount_idr < 0 ELSE amount_idr <> 0 END")
    op.drop_constraint(op.f('ck_notification_noticekind'), 'notification', type_='check')
    op.create_check_constraint(op.f('ck_notification_noticekind'), 'notification', f"kind IN ({KINDS}, {NEW_KINDS})")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_constraint(op.f('ck_payment_sign_fits_kind'), 'payment', type_='check')
    op.create_check_constraint(op.f('ck_payment_sign_fits_kind'), 'payment', "(amount_idr > 0) = (kind = 'payment') AND amount_idr <> 0")
    op.execute(f"DELETE FROM notification WHERE kind IN ({NEW_KINDS})")
    op.drop_constraint(op.f('ck_notification_noticekind'), 'notification', type_='check')
    op.create_check_constraint(op.f('ck_notification_noticekind'), 'notification', f"kind IN ({KINDS})")
    op.drop_index('ix_purchase_to_chase', table_name='purchase', postgresql_where=sa.text('paid_idr < total_idr AND overdue_told_at IS NULL'))
    op.drop_column('purchase', 'overdue_told_at')
