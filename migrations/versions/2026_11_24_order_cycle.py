"""Silence, standbys, reminders and repairs of orders."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = 'order_cycle'
down_revision = 'what_ifs_and_answers'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Wait briefly or give up: a migration that queues for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column('purchase_order', sa.Column('origin', sa.Enum('plan', 'standby', name='orderorigin', native_enum=False, create_constraint=True, length=32), server_default='plan', nullable=False))
    op.add_column('purchase_order', sa.Column('remind_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('purchase_order', sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True))
    op.drop_constraint('uq_purchase_order_plan_id_cooperative_id', 'purchase_order', type_='unique')
    op.create_index('uq_purchase_order_one_of_plan', 'purchase_order', ['plan_id', 'cooperative_id'], unique=True, postgresql_where=sa.text("origin = 'plan'"))
    op.create_index('ix_purchase_order_plan', 'purchase_order', ['plan_id', 'cooperative_id'], unique=False)
    op.create_index('ix_purchase_order_due', 'purchase_order', ['respond_by_at', 'region_code', 'id'], unique=False, postgresql_where=sa.text("status = 'sent'"))
    op.create_index('ix_purchase_order_to_remind', 'purchase_order', ['remind_at', 'region_code', 'id'], unique=False, postgresql_where=sa.text("status = 'sent' AND reminded_at IS NULL"))
    op.add_column('order_line', sa.Column('expired_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('order_line', sa.Column('replaces_line_id', sa.Uuid(), nullable=True))
    op.create_unique_constraint('uq_order_line_replaces_line_id', 'order_line', ['replaces_line_id'])
    op.create_foreign_key('fk_order_line_replaces_line_id', 'order_line', 'order_line', ['replaces_line_id'], ['id'])
    op.create_check_constraint(op.f('ck_order_line_silence_declines'), 'order_line', "expired_at IS NULL OR status = 'declined'")
    op.drop_constraint(op.f('ck_plan_planstatus'), 'plan', type_='check')
    op.create_check_constraint(op.f('ck_plan_planstatus'), 'plan', "status IN ('proposed', 'published', 'discarded', 'superseded')")
    op.create_table('repair_request',
    sa.Column('region_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('week_start', sa.Date(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_repair_request_region_code')),
    sa.PrimaryKeyConstraint('region_code', 'week_start', name=op.f('pk_repair_request'))
    )
    op.create_index(op.f('ix_repair_request_due_at'), 'repair_request', ['due_at'], unique=False)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table('repair_request')
    # What the older schema cannot tell is told as the nearest that it can: superseded plans as discarded ones.
    op.execute("UPDATE plan SET status = 'discarded' WHERE status = 'superseded'")
    op.drop_constraint(op.f('ck_plan_planstatus'), 'plan', type_='check')
    op.create_check_constraint(op.f('ck_plan_planstatus'), 'plan', "status IN ('proposed', 'published', 'discarded')")
    op.drop_constraint(op.f('ck_order_line_silence_declines'), 'order_line', type_='check')
    op.drop_constraint('fk_order_line_replaces_line_id', 'order_line', type_='foreignkey')
    op.drop_constraint('uq_order_line_replaces_line_id', 'order_line', type_='unique')
    op.drop_column('order_line', 'replaces_line_id')
    op.drop_column('order_line', 'expired_at')
    op.drop_index('ix_purchase_order_to_remind', table_name='purchase_order')
    op.drop_index('ix_purchase_order_due', table_name='purchase_order')
    op.drop_index('ix_purchase_order_plan', table_name='purchase_order')
    op.drop_index('uq_purchase_order_one_of_plan', table_name='purchase_order')
    # Orders to standbys are second orders of a plan: they leave it, as orders made before Pasok have none.
    op.execute("UPDATE purchase_order SET plan_id = NULL, respond_by_at = NULL WHERE origin = 'standby'")
    op.create_unique_constraint('uq_purchase_order_plan_id_cooperative_id', 'purchase_order', ['plan_id', 'cooperative_id'])
    op.drop_column('purchase_order', 'reminded_at')
    op.drop_column('purchase_order', 'remind_at')
    op.drop_column('purchase_order', 'origin')
