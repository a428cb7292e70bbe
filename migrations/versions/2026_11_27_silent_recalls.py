"""When a kitchen was told a second time of recalled goods, when the city was asked to call it, and both messages."""

import sqlalchemy as sa
from alembic import op

revision = 'silent_recalls'
down_revision = 'price_proposals'
branch_labels = None
depends_on = None

KINDS = "'new_order', 'moved_to_you', 'reminder', 'order_expired', 'line_moved', 'shortage', 'plan_held_back', 'delivery_on_its_way', 'recall', 'invoice_due', 'invoice_overdue', 'order_lowered', 'price_proposed', 'price_decided'"


def upgrade() -> None:
    # Wait briefly or give up: a migration that queues for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column('recall_part', sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('recall_part', sa.Column('escalated_at', sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(op.f('ck_recall_part_reminded_first'), 'recall_part', "escalated_at IS NULL OR reminded_at IS NOT NULL")
    op.create_index('ix_recall_part_silent', 'recall_part', ['recall_id', 'kitchen_id'], unique=False, postgresql_where=sa.text('confirmed_at IS NULL AND escalated_at IS NULL'))
    op.drop_constraint(op.f('ck_notification_noticekind'), 'notification', type_='check')
    op.create_check_constraint(op.f('ck_notification_noticekind'), 'notification', f"kind IN ({KINDS}, 'recall_reminder', 'recall_unanswered')")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DELETE FROM notification WHERE kind IN ('recall_reminder', 'recall_unanswered')")
    op.drop_constraint(op.f('ck_notification_noticekind'), 'notification', type_='check')
    op.create_check_constraint(op.f('ck_notification_noticekind'), 'notification', f"kind IN ({KINDS})")
    op.drop_index('ix_recall_part_silent', table_name='recall_part', postgresql_where=sa.text('confirmed_at IS NULL AND escalated_at IS NULL'))
    op.drop_constraint(op.f('ck_recall_part_reminded_first'), 'recall_part', type_='check')
    op.drop_column('recall_part', 'escalated_at')
    op.drop_column('recall_part', 'reminded_at')
