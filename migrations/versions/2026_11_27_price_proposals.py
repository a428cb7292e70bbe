"""Counter-prices of cooperatives, and the messages about them."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = 'price_proposals'
down_revision = 'device_actions'
branch_labels = None
depends_on = None

KINDS = "'new_order', 'moved_to_you', 'reminder', 'order_expired', 'line_moved', 'shortage', 'plan_held_back', 'delivery_on_its_way', 'recall', 'invoice_due', 'invoice_overdue', 'order_lowered'"


def upgrade() -> None:
    # Wait briefly or give up: a migration that queues for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table('price_proposal',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('region_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('week_start', sa.Date(), nullable=False),
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('order_line_id', sa.Uuid(), nullable=False),
    sa.Column('cooperative_id', sa.Uuid(), nullable=False),
    sa.Column('kitchen_id', sa.Uuid(), nullable=False),
    sa.Column('ordered_price_idr', sa.BigInteger(), nullable=False),
    sa.Column('proposed_price_idr', sa.BigInteger(), nullable=False),
    sa.Column('remark', sqlmodel.sql.sqltypes.AutoString(length=400), nullable=True),
    sa.Column('status', sa.Enum('open', 'approved', 'refused', 'withdrawn', 'expired', name='priceproposalstatus', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('decide_by_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('proposed_by', sa.Uuid(), nullable=False),
    sa.Column('decided_by', sa.Uuid(), nullable=True),
    sa.CheckConstraint("(status IN ('approved', 'refused')) = (decided_by IS NOT NULL)", name=op.f('ck_price_proposal_decided_by_somebody')),
    sa.CheckConstraint('proposed_price_idr > ordered_price_idr AND ordered_price_idr > 0', name=op.f('ck_price_proposal_asks_more')),
    sa.ForeignKeyConstraint(['cooperative_id'], ['cooperative.organisation_id'], name=op.f('fk_price_proposal_cooperative_id')),
    sa.ForeignKeyConstraint(['decided_by'], ['app_user.id'], name=op.f('fk_price_proposal_decided_by')),
    sa.ForeignKeyConstraint(['kitchen_id'], ['kitchen.organisation_id'], name=op.f('fk_price_proposal_kitchen_id')),
    sa.ForeignKeyConstraint(['order_id'], ['purchase_order.id'], name=op.f('fk_price_proposal_order_id')),
    sa.ForeignKeyConstraint(['order_line_id'], ['order_line.id'], name=op.f('fk_price_proposal_order_line_id')),
    sa.ForeignKeyConstraint(['proposed_by'], ['app_user.id'], name=op.f('fk_price_proposal_proposed_by')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_price_proposal_region_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_price_proposal'))
    )
    op.create_index('ix_price_proposal_cooperative_created', 'price_proposal', ['cooperative_id', 'created_at', 'id'], unique=False)
    op.create_index('ix_price_proposal_kitchen_created', 'price_proposal', ['kitchen_id', 'created_at', 'id'], unique=False)
    op.create_index('ix_price_proposal_order', 'price_proposal', ['order_id'], unique=False)
    op.create_index('ix_price_proposal_region_created', 'price_proposal', ['region_code', 'created_at', 'id'], unique=False)
    op.create_index('uq_price_proposal_open_line', 'price_proposal', ['order_line_id'], unique=True, postgresql_where=sa.text("status = 'open'"))
    op.drop_constraint(op.f('ck_notification_noticekind'), 'notification', type_='check')
    op.create_check_constraint(op.f('ck_notification_noticekind'), 'notification', f"kind IN ({KINDS}, 'price_proposed', 'price_decided')")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DELETE FROM notification WHERE kind IN ('price_proposed', 'price_decided')")
    op.drop_constraint(op.f('ck_notification_noticekind'), 'notification', type_='check')
    op.create_check_constraint(op.f('ck_notification_noticekind'), 'notification', f"kind IN ({KINDS})")
    op.drop_index('uq_price_proposal_open_line', table_name='price_proposal', postgresql_where=sa.text("status = 'open'"))
    op.drop_index('ix_price_proposal_region_created', table_name='price_proposal')
    op.drop_index('ix_price_proposal_order', table_name='price_proposal')
    op.drop_index('ix_price_proposal_kitchen_created', table_name='price_proposal')
    op.drop_index('ix_price_proposal_cooperative_created', table_name='price_proposal')
    op.drop_table('price_proposal')
