"""Whom the city reminded of a week, and what they were told."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = 'week_reminders'
down_revision = 'lines_without_version'
branch_labels = None
depends_on = None

KINDS = "'new_order', 'moved_to_you', 'reminder', 'order_expired', 'line_moved', 'shortage', 'plan_held_back', 'delivery_on_its_way', 'recall', 'invoice_due', 'invoice_overdue', 'order_lowered', 'price_proposed', 'price_decided', 'recall_reminder', 'recall_unanswered', 'delivery_overdue', 'delivery_unweighed', 'receipt_unsigned', 'new_purchase', 'purchase_cut', 'delivery_not_left', 'credit_note', 'purchase_overdue'"
NEW_KINDS = "'forecast_missing', 'offer_missing'"


def upgrade() -> None:
    # Wait briefly or give up: a migration that queues for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table('week_reminder',
    sa.Column('week_start', sa.Date(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('reminded_on', sa.Date(), nullable=False),
    sa.Column('region_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_week_reminder_organisation_id')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_week_reminder_region_code')),
    sa.PrimaryKeyConstraint('week_start', 'organisation_id', 'reminded_on', name=op.f('pk_week_reminder'))
    )
    op.create_index('ix_week_reminder_region_day', 'week_reminder', ['region_code', 'reminded_on'], unique=False)
    op.drop_constraint(op.f('ck_notification_noticekind'), 'notification', type_='check')
    op.create_check_constraint(op.f('ck_notification_noticekind'), 'notification', f"kind IN ({KINDS}, {NEW_KINDS})")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"DELETE FROM notification WHERE kind IN ({NEW_KINDS})")
    op.drop_constraint(op.f('ck_notification_noticekind'), 'notification', type_='check')
    op.create_check_constraint(op.f('ck_notification_noticekind'), 'notification', f"kind IN ({KINDS})")
    op.drop_index('ix_week_reminder_region_day', table_name='week_reminder')
    op.drop_table('week_reminder')
