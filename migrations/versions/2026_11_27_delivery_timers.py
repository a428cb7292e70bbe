"""Who was told of drops that are late, and the messages about them."""

import sqlalchemy as sa
from alembic import op

revision = 'delivery_timers'
down_revision = 'credit_notes'
branch_labels = None
depends_on = None

KINDS = "'new_order', 'moved_to_you', 'reminder', 'order_expired', 'line_moved', 'shortage', 'plan_held_back', 'delivery_on_its_way', 'recall', 'invoice_due', 'invoice_overdue', 'order_lowered', 'price_proposed', 'price_decided', 'recall_reminder', 'recall_unanswered'"
NEW_KINDS = "'delivery_overdue', 'delivery_unweighed', 'receipt_unsigned'"


def upgrade() -> None:
    # Wait briefly or give up: a migration that queues for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column('delivery', sa.Column('undispatched_told_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('delivery', sa.Column('unweighed_told_at', sa.DateTime(timezone=True), nullable=True))
    op.create_index('ix_delivery_under_way', 'delivery', ['needed_date', 'id'], unique=False, postgresql_where=sa.text("status IN ('planned', 'dispatched')"))
    op.add_column('receipt', sa.Column('unsigned_told_at', sa.DateTime(timezone=True), nullable=True))
    op.drop_constraint(op.f('ck_notification_noticekind'), 'notification', type_='check')
    op.create_check_constraint(op.f('ck_notification_noticekind'), 'notification', f"kind IN ({KINDS}, {NEW_KINDS})")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"DELETE FROM notification WHERE kind IN ({NEW_KINDS})")
    op.drop_constraint(op.f('ck_notification_noticekind'), 'notification', type_='check')
    op.create_check_constraint(op.f('ck_notification_noticekind'), 'notification', f"kind IN ({KINDS})")
    op.drop_column('receipt', 'unsigned_told_at')
    op.drop_index('ix_delivery_under_way', table_name='delivery', postgresql_where=sa.text("status IN ('planned', 'dispatched')"))
    op.drop_column('delivery', 'unweighed_told_at')
    op.drop_column('delivery', 'undispatched_told_at')
