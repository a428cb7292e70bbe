"""When both sides were told that an invoice is late, and the message about it."""

import sqlalchemy as sa
from alembic import op

revision = 'overdue_invoices'
down_revision = 'recalls'
branch_labels = None
depends_on = None

KINDS = "'new_order', 'moved_to_you', 'reminder', 'order_expired', 'line_moved', 'shortage', 'plan_held_back', 'delivery_on_its_way', 'recall', 'invoice_due'"


def upgrade() -> None:
    # Wait briefly or give up: a migration that queues for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column('invoice', sa.Column('overdue_told_at', sa.DateTime(timezone=True), nullable=True))
    op.create_index('ix_invoice_to_chase', 'invoice', ['due_on', 'region_code', 'id'], unique=False, postgresql_where=sa.text("status <> 'paid' AND overdue_told_at IS NULL"))
    op.drop_constraint(op.f('ck_notification_noticekind'), 'notification', type_='check')
    op.create_check_constraint(op.f('ck_notification_noticekind'), 'notification', f"kind IN ({KINDS}, 'invoice_overdue')")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DELETE FROM notification WHERE kind = 'invoice_overdue'")
    op.drop_constraint(op.f('ck_notification_noticekind'), 'notification', type_='check')
    op.create_check_constraint(op.f('ck_notification_noticekind'), 'notification', f"kind IN ({KINDS})")
    op.drop_index('ix_invoice_to_chase', table_name='invoice', postgresql_where=sa.text("status <> 'paid' AND overdue_told_at IS NULL"))
    op.drop_column('invoice', 'overdue_told_at')
