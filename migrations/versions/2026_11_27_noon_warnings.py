"""Who was told at noon of drops that have not left, and the message about it."""

import sqlalchemy as sa
from alembic import op

revision = 'noon_warnings'
down_revision = 'purchase_notices'
branch_labels = None
depends_on = None

KINDS = "'new_order', 'moved_to_you', 'reminder', 'order_expired', 'line_moved', 'shortage', 'plan_held_back', 'delivery_on_its_way', 'recall', 'invoice_due', 'invoice_overdue', 'order_lowered', 'price_proposed', 'price_decided', 'recall_reminder', 'recall_unanswered', 'delivery_overdue', 'delivery_unweighed', 'receipt_unsigned', 'new_purchase', 'purchase_cut'"
NEW_KIND = "'delivery_not_left'"


def upgrade() -> None:
    # Wait briefly or give up: a migration that queues for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column('delivery', sa.Column('not_left_told_at', sa.DateTime(timezone=True), nullable=True))
    op.drop_constraint(op.f('ck_notification_noticekind'), 'notification', type_='check')
    op.create_check_constraint(op.f('ck_notification_noticekind'), 'notification', f"kind IN ({KINDS}, {NEW_KIND})")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"DELETE FROM notification WHERE kind IN ({NEW_KIND})")
    op.drop_constraint(op.f('ck_notification_noticekind'), 'notification', type_='check')
    op.create_check_constraint(op.f('ck_notification_noticekind'), 'notification', f"kind IN ({KINDS})")
    op.drop_column('delivery', 'not_left_told_at')
