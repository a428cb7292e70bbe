"""What cooperatives owe wholesalers for confirmed packs, and what they paid."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = 'payables'
down_revision = 'receipt_photos'
branch_labels = None
depends_on = None

# What was answered before is owed for too, since the day on which its time to answer was over at the latest.
OWED = """
UPDATE purchase SET total_idr = sold.idr, owed_on = (purchase.respond_by_at AT TIME ZONE region.timezone)::date
FROM region, (SELECT purchase_id, sum(confirmed_packs * price_idr) AS idr FROM purchase_line GROUP BY purchase_id) AS sold
WHERE region.code = purchase.region_code AND sold.purchase_id = purchase.id
  AND purchase.status = 'answered' AND sold.idr > 0
"""
BOOKED = """
INSERT INTO ledger_entry
    (id, movement_id, region_code, booked_on, organisation_id, counterparty_id, account, amount_idr)
SELECT gen_random_uuid(), purchase.id, purchase.region_code, purchase.owed_on, side.own_id, side.other_id, side.account,
       side.sign * purchase.total_idr
FROM purchase, LATERAL (VALUES
    (purchase.wholesaler_id, purchase.cooperative_id, 'receivable', 1),
    (purchase.wholesaler_id, purchase.cooperative_id, 'sales', -1),
    (purchase.cooperative_id, purchase.wholesaler_id, 'purchases', 1),
    (purchase.cooperative_id, purchase.wholesaler_id, 'payable', -1)
) AS side(own_id, other_id, account, sign)
WHERE purchase.total_idr > 0
"""


def upgrade() -> None:
    # Wait briefly or give up: a migration that queues for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table('purchase_payment',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('purchase_id', sa.Uuid(), nullable=False),
    sa.Column('region_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('amount_idr', sa.BigInteger(), nullable=False),
    sa.Column('paid_on', sa.Date(), nullable=False),
    sa.Column('reference', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
    sa.Column('recorded_by', sa.Uuid(), nullable=False),
    sa.Column('reverses_id', sa.Uuid(), nullable=True),
    sa.CheckConstraint('amount_idr <> 0 AND (amount_idr < 0) = (reverses_id IS NOT NULL)', name=op.f('ck_purchase_payment_sign_fits')),
    sa.ForeignKeyConstraint(['purchase_id'], ['purchase.id'], name=op.f('fk_purchase_payment_purchase_id')),
    sa.ForeignKeyConstraint(['recorded_by'], ['app_user.id'], name=op.f('fk_purchase_payment_recorded_by')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_purchase_payment_region_code')),
    sa.ForeignKeyConstraint(['reverses_id'], ['purchase_payment.id'], name=op.f('fk_purchase_payment_reverses_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_purchase_payment')),
    sa.UniqueConstraint('reverses_id', name=op.f('uq_purchase_payment_reverses_id'))
    )
    op.create_index('ix_purchase_payment_purchase', 'purchase_payment', ['purchase_id', 'paid_on', 'id'], unique=False)
    op.add_column('purchase', sa.Column('total_idr', sa.BigInteger(), server_default='0', nullable=False))
    op.add_column('purchase', sa.Column('paid_idr', sa.BigInteger(), server_default='0', nullable=False))
    op.add_column('purchase', sa.Column('owed_on', sa.Date(), nullable=True))
    op.execute(OWED)
    op.execute(BOOKED)
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    op.execute("SET CONSTRAINTS ALL DEFERRED")
    op.create_check_constraint(op.f('ck_purchase_paid_within_total'), 'purchase', 'paid_idr BETWEEN 0 AND total_idr')
    op.create_check_constraint(op.f('ck_purchase_owed_since'), 'purchase', '(total_idr > 0) = (owed_on IS NOT NULL)')


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    # Before this migration nobody booked purchases: the one time at which entries leave the books.
    op.execute("ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_is_final")
    op.execute("DELETE FROM ledger_entry WHERE movement_id IN (SELECT id FROM purchase UNION SELECT id FROM purchase_payment)")
    op.execute("ALTER TABLE ledger_entry ENABLE TRIGGER ledger_entry_is_final")
    op.drop_constraint(op.f('ck_purchase_owed_since'), 'purchase', type_='check')
    op.drop_constraint(op.f('ck_purchase_paid_within_total'), 'purchase', type_='check')
    op.drop_column('purchase', 'owed_on')
    op.drop_column('purchase', 'paid_idr')
    op.drop_column('purchase', 'total_idr')
    op.drop_index('ix_purchase_payment_purchase', table_name='purchase_payment')
    op.drop_table('purchase_payment')
