"""What cooperatives buy from wholesalers, and what is left over in their outlets."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = 'purchases'
down_revision = 'short_replies'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Wait briefly or give up: a migration that queues for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table('purchase',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('region_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('week_start', sa.Date(), nullable=False),
    sa.Column('number', sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('cooperative_id', sa.Uuid(), nullable=False),
    sa.Column('wholesaler_id', sa.Uuid(), nullable=False),
    sa.Column('status', sa.Enum('sent', 'answered', name='purchasestatus', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('respond_by_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('missing_idr', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('missing_idr >= 0', name=op.f('ck_purchase_missing_not_negative')),
    sa.ForeignKeyConstraint(['cooperative_id'], ['cooperative.organisation_id'], name=op.f('fk_purchase_cooperative_id')),
    sa.ForeignKeyConstraint(['order_id'], ['purchase_order.id'], name=op.f('fk_purchase_order_id')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_purchase_region_code')),
    sa.ForeignKeyConstraint(['wholesaler_id'], ['wholesaler.organisation_id'], name=op.f('fk_purchase_wholesaler_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_purchase')),
    sa.UniqueConstraint('order_id', 'wholesaler_id', name=op.f('uq_purchase_order_id_wholesaler_id')),
    sa.UniqueConstraint('region_code', 'number', name=op.f('uq_purchase_region_code_number'))
    )
    op.create_index('ix_purchase_cooperative_week', 'purchase', ['cooperative_id', 'week_start', 'id'], unique=False)
    op.create_index('ix_purchase_due', 'purchase', ['respond_by_at', 'region_code', 'id'], unique=False, postgresql_where=sa.text("status = 'sent'"))
    op.create_index('ix_purchase_region_week', 'purchase', ['region_code', 'week_start', 'id'], unique=False)
    op.create_index('ix_purchase_wholesaler_week', 'purchase', ['wholesaler_id', 'week_start', 'id'], unique=False)
    op.create_table('purchase_line',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('purchase_id', sa.Uuid(), nullable=False),
    sa.Column('stock_id', sa.Uuid(), nullable=False),
    sa.Column('item_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('pack_qty', sa.BigInteger(), nullable=False),
    sa.Column('price_idr', sa.BigInteger(), nullable=False),
    sa.Column('ordered_packs', sa.BigInteger(), nullable=False),
    sa.Column('extra_packs', sa.BigInteger(), nullable=False),
    sa.Column('confirmed_packs', sa.BigInteger(), nullable=True),
    sa.Column('status', sa.Enum('awaiting_answer', 'confirmed', 'cut', 'declined', name='purchaselinestatus', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('reason', sa.Enum('out_of_stock', 'damaged', 'no_transport', 'below_minimum', 'other', 'silence', name='cutreason', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.CheckConstraint("CASE status WHEN 'awaiting_answer' THEN confirmed_packs IS NULL WHEN 'confirmed' THEN confirmed_packs = ordered_packs WHEN 'cut' THEN confirmed_packs > 0 AND confirmed_packs < ordered_packs ELSE confirmed_packs = 0 END", name=op.f('ck_purchase_line_confirmed_fits_status')),
    sa.CheckConstraint('(confirmed_packs < ordered_packs) = (reason IS NOT NULL)', name=op.f('ck_purchase_line_less_has_reason')),
    sa.CheckConstraint('ordered_packs > 0 AND pack_qty > 0 AND price_idr > 0', name=op.f('ck_purchase_line_positive')),
    sa.ForeignKeyConstraint(['item_code'], ['item.code'], name=op.f('fk_purchase_line_item_code')),
    sa.ForeignKeyConstraint(['purchase_id'], ['purchase.id'], name=op.f('fk_purchase_line_purchase_id')),
    sa.ForeignKeyConstraint(['stock_id'], ['stock.id'], name=op.f('fk_purchase_line_stock_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_purchase_line')),
    sa.UniqueConstraint('purchase_id', 'stock_id', name=op.f('uq_purchase_line_purchase_id_stock_id'))
    )
    op.create_index(op.f('ix_purchase_line_stock_id'), 'purchase_line', ['stock_id'], unique=False)
    op.create_table('outlet_movement',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('region_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('week_start', sa.Date(), nullable=False),
    sa.Column('cooperative_id', sa.Uuid(), nullable=False),
    sa.Column('item_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('purchase_line_id', sa.Uuid(), nullable=False),
    sa.Column('qty', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('qty <> 0', name=op.f('ck_outlet_movement_moves')),
    sa.ForeignKeyConstraint(['cooperative_id'], ['cooperative.organisation_id'], name=op.f('fk_outlet_movement_cooperative_id')),
    sa.ForeignKeyConstraint(['item_code'], ['item.code'], name=op.f('fk_outlet_movement_item_code')),
    sa.ForeignKeyConstraint(['purchase_line_id'], ['purchase_line.id'], name=op.f('fk_outlet_movement_purchase_line_id')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_outlet_movement_region_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outlet_movement'))
    )
    op.create_index('ix_outlet_movement_place', 'outlet_movement', ['region_code', 'cooperative_id', 'item_code'], unique=False)
    op.create_index(op.f('ix_outlet_movement_purchase_line_id'), 'outlet_movement', ['purchase_line_id'], unique=False)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index('ix_outlet_movement_place', table_name='outlet_movement')
    op.drop_index(op.f('ix_outlet_movement_purchase_line_id'), table_name='outlet_movement')
    op.drop_table('outlet_movement')
    op.drop_index(op.f('ix_purchase_line_stock_id'), table_name='purchase_line')
    op.drop_table('purchase_line')
    op.drop_index('ix_purchase_cooperative_week', table_name='purchase')
    op.drop_index('ix_purchase_due', table_name='purchase', postgresql_where=sa.text("status = 'sent'"))
    op.drop_index('ix_purchase_region_week', table_name='purchase')
    op.drop_index('ix_purchase_wholesaler_week', table_name='purchase')
    op.drop_table('purchase')
