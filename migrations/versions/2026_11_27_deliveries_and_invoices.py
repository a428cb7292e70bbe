"""Delivery notes, receipts, invoices, payments and the books."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = 'deliveries_and_invoices'
down_revision = 'webhooks'
branch_labels = None
depends_on = None

# Books are only added to, and in every book the entries of a movement add up to nothing: the database sees to both.
FINAL = """
CREATE FUNCTION ledger_entry_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'ledger entries are never changed' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER ledger_entry_is_final BEFORE UPDATE OR DELETE ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_entry_is_final();
"""
BALANCED = """
CREATE FUNCTION ledger_movement_balances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT sum(amount_idr) FROM ledger_entry
        WHERE movement_id = NEW.movement_id AND organisation_id = NEW.organisation_id) <> 0 THEN
        RAISE EXCEPTION 'movement % does not balance', NEW.movement_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_ledger_entry_balanced';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_movement_balances AFTER INSERT ON ledger_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_movement_balances();
"""


def upgrade() -> None:
    # Wait briefly or give up: a migration that queues for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table('ledger_entry',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('movement_id', sa.Uuid(), nullable=False),
    sa.Column('region_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('booked_on', sa.Date(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('counterparty_id', sa.Uuid(), nullable=False),
    sa.Column('account', sa.Enum('receivable', 'payable', 'bank', 'sales', 'purchases', name='account', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('amount_idr', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('amount_idr <> 0', name=op.f('ck_ledger_entry_not_nothing')),
    sa.ForeignKeyConstraint(['counterparty_id'], ['organisation.id'], name=op.f('fk_ledger_entry_counterparty_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_ledger_entry_organisation_id')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_ledger_entry_region_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_entry')),
    sa.UniqueConstraint('movement_id', 'organisation_id', 'account', name=op.f('uq_ledger_entry_movement_id_organisation_id_account'))
    )
    op.create_index('ix_ledger_entry_book', 'ledger_entry', ['organisation_id', 'account', 'booked_on'], unique=False)
    op.create_index('ix_ledger_entry_pair', 'ledger_entry', ['organisation_id', 'counterparty_id', 'booked_on'], unique=False)
    op.execute(FINAL)
    op.execute(BALANCED)
    op.create_table('delivery',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('region_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('week_start', sa.Date(), nullable=False),
    sa.Column('number', sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
    sa.Column('cooperative_id', sa.Uuid(), nullable=False),
    sa.Column('kitchen_id', sa.Uuid(), nullable=False),
    sa.Column('needed_date', sa.Date(), nullable=False),
    sa.Column('drop_no', sa.Integer(), nullable=False),
    sa.Column('status', sa.Enum('planned', 'dispatched', 'received', 'cancelled', name='deliverystatus', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('dispatched_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('dispatched_by', sa.Uuid(), nullable=True),
    sa.CheckConstraint("(status IN ('dispatched', 'received')) = (dispatched_at IS NOT NULL)", name=op.f('ck_delivery_dispatched_has_instant')),
    sa.CheckConstraint('drop_no > 0', name=op.f('ck_delivery_drop_positive')),
    sa.ForeignKeyConstraint(['cooperative_id'], ['cooperative.organisation_id'], name=op.f('fk_delivery_cooperative_id')),
    sa.ForeignKeyConstraint(['dispatched_by'], ['app_user.id'], name=op.f('fk_delivery_dispatched_by')),
    sa.ForeignKeyConstraint(['kitchen_id'], ['kitchen.organisation_id'], name=op.f('fk_delivery_kitchen_id')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_delivery_region_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery')),
    sa.UniqueConstraint('cooperative_id', 'kitchen_id', 'needed_date', 'drop_no', name=op.f('uq_delivery_cooperative_id_kitchen_id_needed_date_drop_no')),
    sa.UniqueConstraint('region_code', 'number', name=op.f('uq_delivery_region_code_number'))
    )
    op.create_index('ix_delivery_cooperative_date', 'delivery', ['cooperative_id', 'needed_date', 'id'], unique=False)
    op.create_index('ix_delivery_kitchen_date', 'delivery', ['kitchen_id', 'needed_date', 'id'], unique=False)
    op.create_index('ix_delivery_region_date', 'delivery', ['region_code', 'needed_date', 'id'], unique=False)
    op.create_table('invoice_counter',
    sa.Column('cooperative_id', sa.Uuid(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('last_number', sa.Integer(), nullable=False),
    sa.CheckConstraint('last_number > 0', name=op.f('ck_invoice_counter_positive')),
    sa.ForeignKeyConstraint(['cooperative_id'], ['cooperative.organisation_id'], name=op.f('fk_invoice_counter_cooperative_id')),
    sa.PrimaryKeyConstraint('cooperative_id', 'year', name=op.f('pk_invoice_counter'))
    )
    op.create_table('receipt',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('region_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('week_start', sa.Date(), nullable=False),
    sa.Column('delivery_id', sa.Uuid(), nullable=False),
    sa.Column('cooperative_id', sa.Uuid(), nullable=False),
    sa.Column('kitchen_id', sa.Uuid(), nullable=False),
    sa.Column('status', sa.Enum('open', 'signed', name='receiptstatus', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(status = 'signed') = (signed_at IS NOT NULL)", name=op.f('ck_receipt_signed_has_instant')),
    sa.ForeignKeyConstraint(['cooperative_id'], ['cooperative.organisation_id'], name=op.f('fk_receipt_cooperative_id')),
    sa.ForeignKeyConstraint(['delivery_id'], ['delivery.id'], name=op.f('fk_receipt_delivery_id')),
    sa.ForeignKeyConstraint(['kitchen_id'], ['kitchen.organisation_id'], name=op.f('fk_receipt_kitchen_id')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_receipt_region_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_receipt')),
    sa.UniqueConstraint('delivery_id', name=op.f('uq_receipt_delivery_id'))
    )
    op.create_index('ix_receipt_unsigned', 'receipt', ['region_code', 'id'], unique=False, postgresql_where=sa.text("status = 'open'"))
    op.create_table('invoice',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('region_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('week_start', sa.Date(), nullable=False),
    sa.Column('number', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('receipt_id', sa.Uuid(), nullable=False),
    sa.Column('cooperative_id', sa.Uuid(), nullable=False),
    sa.Column('kitchen_id', sa.Uuid(), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('total_idr', sa.BigInteger(), nullable=False),
    sa.Column('paid_idr', sa.BigInteger(), nullable=False),
    sa.Column('status', sa.Enum('issued', 'partly_paid', 'paid', name='invoicestatus', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.CheckConstraint("CASE status WHEN 'issued' THEN paid_idr = 0 WHEN 'paid' THEN paid_idr = total_idr ELSE paid_idr > 0 AND paid_idr < total_idr END", name=op.f('ck_invoice_paid_fits_status')),
    sa.CheckConstraint('issued_on <= due_on', name=op.f('ck_invoice_date_order')),
    sa.CheckConstraint('paid_idr BETWEEN 0 AND total_idr', name=op.f('ck_invoice_paid_within_total')),
    sa.CheckConstraint('total_idr > 0 AND sequence > 0', name=op.f('ck_invoice_positive')),
    sa.ForeignKeyConstraint(['cooperative_id'], ['cooperative.organisation_id'], name=op.f('fk_invoice_cooperative_id')),
    sa.ForeignKeyConstraint(['kitchen_id'], ['kitchen.organisation_id'], name=op.f('fk_invoice_kitchen_id')),
    sa.ForeignKeyConstraint(['receipt_id'], ['receipt.id'], name=op.f('fk_invoice_receipt_id')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_invoice_region_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invoice')),
    sa.UniqueConstraint('cooperative_id', 'year', 'sequence', name=op.f('uq_invoice_cooperative_id_year_sequence')),
    sa.UniqueConstraint('receipt_id', name=op.f('uq_invoice_receipt_id'))
    )
    op.create_index('ix_invoice_cooperative_issued', 'invoice', ['cooperative_id', 'issued_on', 'id'], unique=False)
    op.create_index('ix_invoice_kitchen_issued', 'invoice', ['kitchen_id', 'issued_on', 'id'], unique=False)
    op.create_index('ix_invoice_open', 'invoice', ['cooperative_id'], unique=False, postgresql_where=sa.text("status <> 'paid'"))
    op.create_index('ix_invoice_region_issued', 'invoice', ['region_code', 'issued_on', 'id'], unique=False)
    op.create_table('signature',
    sa.Column('receipt_id', sa.Uuid(), nullable=False),
    sa.Column('side', sa.Enum('giver', 'receiver', name='side', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['receipt_id'], ['receipt.id'], name=op.f('fk_signature_receipt_id')),
    sa.ForeignKeyConstraint(['user_id'], ['app_user.id'], name=op.f('fk_signature_user_id')),
    sa.PrimaryKeyConstraint('receipt_id', 'side', name=op.f('pk_signature'))
    )
    op.create_table('payment',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('invoice_id', sa.Uuid(), nullable=False),
    sa.Column('region_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('amount_idr', sa.BigInteger(), nullable=False),
    sa.Column('paid_on', sa.Date(), nullable=False),
    sa.Column('reference', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
    sa.Column('recorded_by', sa.Uuid(), nullable=False),
    sa.CheckConstraint('amount_idr > 0', name=op.f('ck_payment_positive')),
    sa.ForeignKeyConstraint(['invoice_id'], ['invoice.id'], name=op.f('fk_payment_invoice_id')),
    sa.ForeignKeyConstraint(['recorded_by'], ['app_user.id'], name=op.f('fk_payment_recorded_by')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_payment_region_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payment'))
    )
    op.create_index('ix_payment_invoice', 'payment', ['invoice_id', 'paid_on', 'id'], unique=False)
    op.create_table('delivery_line',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('delivery_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('order_line_id', sa.Uuid(), nullable=False),
    sa.Column('item_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('planned_qty', sa.BigInteger(), nullable=False),
    sa.Column('price_idr', sa.BigInteger(), nullable=False),
    sa.Column('shipped_qty', sa.BigInteger(), nullable=True),
    sa.Column('rest_fate', sa.Enum('carried', 'closed', name='restfate', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('rest_reason', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=True),
    sa.CheckConstraint('(shipped_qty < planned_qty) = (rest_fate IS NOT NULL)', name=op.f('ck_delivery_line_rest_has_fate')),
    sa.CheckConstraint('planned_qty > 0 AND price_idr > 0', name=op.f('ck_delivery_line_positive')),
    sa.CheckConstraint('shipped_qty BETWEEN 0 AND planned_qty', name=op.f('ck_delivery_line_shipped_within_plan')),
    sa.ForeignKeyConstraint(['delivery_id'], ['delivery.id'], name=op.f('fk_delivery_line_delivery_id')),
    sa.ForeignKeyConstraint(['item_code'], ['item.code'], name=op.f('fk_delivery_line_item_code')),
    sa.ForeignKeyConstraint(['order_line_id'], ['order_line.id'], name=op.f('fk_delivery_line_order_line_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery_line')),
    sa.UniqueConstraint('delivery_id', 'order_line_id', name=op.f('uq_delivery_line_delivery_id_order_line_id'))
    )
    op.create_index('ix_delivery_line_order_line', 'delivery_line', ['order_line_id'], unique=False)
    op.create_table('delivery_lot',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('delivery_line_id', sa.Uuid(), nullable=False),
    sa.Column('shipped_qty', sa.BigInteger(), nullable=False),
    sa.Column('lot_code', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
    sa.Column('producer', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('temperature_dc', sa.Integer(), nullable=True),
    sa.CheckConstraint('shipped_qty > 0', name=op.f('ck_delivery_lot_positive')),
    sa.ForeignKeyConstraint(['delivery_line_id'], ['delivery_line.id'], name=op.f('fk_delivery_lot_delivery_line_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery_lot'))
    )
    op.create_index('ix_delivery_lot_code', 'delivery_lot', ['lot_code'], unique=False)
    op.create_index('ix_delivery_lot_line', 'delivery_lot', ['delivery_line_id'], unique=False)
    op.create_index('ix_delivery_lot_producer', 'delivery_lot', ['producer'], unique=False)
    op.create_table('receipt_line',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('receipt_id', sa.Uuid(), nullable=False),
    sa.Column('delivery_line_id', sa.Uuid(), nullable=False),
    sa.Column('order_line_id', sa.Uuid(), nullable=False),
    sa.Column('item_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('shipped_qty', sa.BigInteger(), nullable=False),
    sa.Column('received_qty', sa.BigInteger(), nullable=False),
    sa.Column('counted_qty', sa.BigInteger(), nullable=False),
    sa.Column('accepted_qty', sa.BigInteger(), nullable=False),
    sa.Column('rejected_qty', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.Enum('wrong_goods', 'damaged', 'spoiled', 'too_warm', 'expired', 'underweight', 'papers_missing', 'late', 'other', name='rejectreason', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('remark', sqlmodel.sql.sqltypes.AutoString(length=400), nullable=True),
    sa.Column('temperature_dc', sa.Integer(), nullable=True),
    sa.CheckConstraint('(accepted_qty < shipped_qty) = (reason IS NOT NULL)', name=op.f('ck_receipt_line_less_has_reason')),
    sa.CheckConstraint('accepted_qty + rejected_qty = counted_qty', name=op.f('ck_receipt_line_all_counted')),
    sa.CheckConstraint('counted_qty BETWEEN 0 AND shipped_qty', name=op.f('ck_receipt_line_counted_within_shipped')),
    sa.CheckConstraint('received_qty >= 0 AND accepted_qty >= 0 AND rejected_qty >= 0', name=op.f('ck_receipt_line_not_negative')),
    sa.ForeignKeyConstraint(['delivery_line_id'], ['delivery_line.id'], name=op.f('fk_receipt_line_delivery_line_id')),
    sa.ForeignKeyConstraint(['item_code'], ['item.code'], name=op.f('fk_receipt_line_item_code')),
    sa.ForeignKeyConstraint(['order_line_id'], ['order_line.id'], name=op.f('fk_receipt_line_order_line_id')),
    sa.ForeignKeyConstraint(['receipt_id'], ['receipt.id'], name=op.f('fk_receipt_line_receipt_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_receipt_line')),
    sa.UniqueConstraint('delivery_line_id', name=op.f('uq_receipt_line_delivery_line_id'))
    )
    op.create_index('ix_receipt_line_receipt', 'receipt_line', ['receipt_id'], unique=False)
    op.create_table('invoice_line',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('invoice_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('receipt_line_id', sa.Uuid(), nullable=False),
    sa.Column('item_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('qty', sa.BigInteger(), nullable=False),
    sa.Column('price_idr', sa.BigInteger(), nullable=False),
    sa.Column('value_idr', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('qty > 0 AND price_idr > 0 AND value_idr >= 0', name=op.f('ck_invoice_line_positive')),
    sa.ForeignKeyConstraint(['invoice_id'], ['invoice.id'], name=op.f('fk_invoice_line_invoice_id')),
    sa.ForeignKeyConstraint(['item_code'], ['item.code'], name=op.f('fk_invoice_line_item_code')),
    sa.ForeignKeyConstraint(['receipt_line_id'], ['receipt_line.id'], name=op.f('fk_invoice_line_receipt_line_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invoice_line')),
    sa.UniqueConstraint('receipt_line_id', name=op.f('uq_invoice_line_receipt_line_id'))
    )
    op.create_index('ix_invoice_line_invoice', 'invoice_line', ['invoice_id', 'position'], unique=False)
    op.add_column('purchase_order', sa.Column('noted_at', sa.DateTime(timezone=True), nullable=True))
    op.create_index('ix_purchase_order_to_note', 'purchase_order', ['region_code', 'id'], unique=False, postgresql_where=sa.text("status = 'answered' AND noted_at IS NULL AND plan_id IS NOT NULL"))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index('ix_purchase_order_to_note', table_name='purchase_order', postgresql_where=sa.text("status = 'answered' AND noted_at IS NULL AND plan_id IS NOT NULL"))
    op.drop_column('purchase_order', 'noted_at')
    op.drop_index('ix_invoice_line_invoice', table_name='invoice_line')
    op.drop_table('invoice_line')
    op.drop_index('ix_receipt_line_receipt', table_name='receipt_line')
    op.drop_table('receipt_line')
    op.drop_index('ix_delivery_lot_producer', table_name='delivery_lot')
    op.drop_index('ix_delivery_lot_line', table_name='delivery_lot')
    op.drop_index('ix_delivery_lot_code', table_name='delivery_lot')
    op.drop_table('delivery_lot')
    op.drop_index('ix_delivery_line_order_line', table_name='delivery_line')
    op.drop_table('delivery_line')
    op.drop_index('ix_payment_invoice', table_name='payment')
    op.drop_table('payment')
    op.drop_table('signature')
    op.drop_index('ix_invoice_region_issued', table_name='invoice')
    op.drop_index('ix_invoice_open', table_name='invoice', postgresql_where=sa.text("status <> 'paid'"))
    op.drop_index('ix_invoice_kitchen_issued', table_name='invoice')
    op.drop_index('ix_invoice_cooperative_issued', table_name='invoice')
    op.drop_table('invoice')
    op.drop_index('ix_receipt_unsigned', table_name='receipt', postgresql_where=sa.text("status = 'open'"))
    op.drop_table('receipt')
    op.drop_table('invoice_counter')
    op.drop_index('ix_delivery_region_date', table_name='delivery')
    op.drop_index('ix_delivery_kitchen_date', table_name='delivery')
    op.drop_index('ix_delivery_cooperative_date', table_name='delivery')
    op.drop_table('delivery')
    op.drop_index('ix_ledger_entry_pair', table_name='ledger_entry')
    op.drop_index('ix_ledger_entry_book', table_name='ledger_entry')
    op.drop_table('ledger_entry')
    op.execute("DROP FUNCTION ledger_entry_is_final, ledger_movement_balances")
