"""What of a fallen line its kitchen was told, and the messages of what became of it."""

import sqlalchemy as sa
from alembic import op

revision = 'word_of_results'
down_revision = 'early_withdrawals'
branch_labels = None
depends_on = None

KINDS = "'new_order', 'moved_to_you', 'reminder', 'order_expired', 'line_moved', 'shortage', 'plan_held_back', 'delivery_on_its_way', 'recall', 'invoice_due', 'invoice_overdue', 'order_lowered', 'price_proposed', 'price_decided', 'recall_reminder', 'recall_unanswered', 'delivery_overdue', 'delivery_unweighed', 'receipt_unsigned', 'new_purchase', 'purchase_cut', 'delivery_not_left', 'credit_note', 'purchase_overdue', 'forecast_missing', 'offer_missing'"
NEW_KINDS = "'repair_given_up', 'supply_short', 'supply_repaired'"


def upgrade() -> None:
    # Wait briefly or give up: a migration that queues for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column('order_line', sa.Column('told_fallen_qty', sa.BigInteger(), server_default='0', nullable=False))
    op.drop_constraint(op.f('ck_notification_noticekind'), 'notification', type_='check')
    op.create_check_constraint(op.f('ck_notification_noticekind'), 'notification', f"kind IN ({KINDS}, {NEW_KINDS})")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"DELETE FROM notification WHERE kind IN ({NEW_KINDS})")
    op.drop_constraint(op.f('ck_notification_noticekind'), 'notification', type_='check')
    op.create_check_constraint(op.f('ck_notification_noticekind'), 'notification', f"kind IN ({KINDS})")
    op.drop_column('order_line', 'told_fallen_qty')
