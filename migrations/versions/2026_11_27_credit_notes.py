"""Credit notes for goods that turned out bad; payments taken back and refunded."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = 'credit_notes'
down_revision = 'silent_recalls'
branch_labels = None
depends_on = None

PAID_FITS = (
    "CASE status WHEN 'paid' THEN paid_idr + credited_idr >= total_idr"
    " WHEN 'issued' THEN paid_idr = 0 AND credited_idr < total_idr"
    " ELSE paid_idr > 0 AND paid_idr + credited_idr < total_idr END"
)
PAID_FITTED = (
    "CASE status WHEN 'issued' THEN paid_idr = 0 WHEN 'paid' THEN paid_idr = total_idr"
    " ELSE paid_idr > 0 AND paid_idr < total_idr END"
)


def upgrade() -> None:
    # Wait briefly or give up: a migration that queues for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table('credit_note',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('region_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('week_start', sa.Date(), nullable=False),
    sa.Column('number', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('invoice_id', sa.Uuid(), nullable=False),
    sa.Column('cooperative_id', sa.Uuid(), nullable=False),
    sa.Column('kitchen_id', sa.Uuid(), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('total_idr', sa.BigInteger(), nullable=False),
    sa.Column('reported_by', sa.Uuid(), nullable=False),
    sa.CheckConstraint('total_idr > 0 AND sequence > 0', name=op.f('ck_credit_note_positive')),
    sa.ForeignKeyConstraint(['cooperative_id'], ['cooperative.organisation_id'], name=op.f('fk_credit_note_cooperative_id')),
    sa.ForeignKeyConstraint(['invoice_id'], ['invoice.id'], name=op.f('fk_credit_note_invoice_id')),
    sa.ForeignKeyConstraint(['kitchen_id'], ['kitchen.organisation_id'], name=op.f('fk_credit_note_kitchen_id')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_credit_note_region_code')),
    sa.ForeignKeyConstraint(['reported_by'], ['app_user.id'], name=op.f('fk_credit_note_reported_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_credit_note')),
    sa.UniqueConstraint('cooperative_id', 'year', 'sequence', name=op.f('uq_credit_note_cooperative_id_year_sequence'))
    )
    op.create_index('ix_credit_note_cooperative_issued', 'credit_note', ['cooperative_id', 'issued_on', 'id'], unique=False)
    op.create_index('ix_credit_note_invoice', 'credit_note', ['invoice_id'], unique=False)
    op.create_index('ix_credit_note_kitchen_issued', 'credit_note', ['kitchen_id', 'issued_on', 'id'], unique=False)
    op.create_index('ix_credit_note_region_issued', 'credit_note', ['region_code', 'issued_on', 'id'], unique=False)
    op.create_table('credit_note_line',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('credit_note_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('invoice_line_id', sa.Uuid(), nullable=False),
    sa.Column('item_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('qty', sa.BigInteger(), nullable=False),
    sa.Column('value_idr', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.Enum('wrong_goods', 'damaged', 'spoiled', 'too_warm', 'expired', 'underweight', 'papers_missing', 'late', 'other', name='rejectreason', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('remark', sqlmodel.sql.sqltypes.AutoString(length=400), nullable=True),
    sa.CheckConstraint('qty > 0 AND value_idr >= 0', name=op.f('ck_credit_note_line_positive')),
    sa.ForeignKeyConstraint(['credit_note_id'], ['credit_note.id'], name=op.f('fk_credit_note_line_credit_note_id')),
    sa.ForeignKeyConstraint(['invoice_line_id'], ['invoice_line.id'], name=op.f('fk_credit_note_line_invoice_line_id')),
    sa.ForeignKeyConstraint(['item_code'], ['item.code'], name=op.f('fk_credit_note_line_item_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_credit_note_line')),
    sa.UniqueConstraint('credit_note_id', 'invoice_line_id', name=op.f('uq_credit_note_line_credit_note_id_invoice_line_id'))
    )
    op.create_index('ix_credit_note_line_invoice_line', 'credit_note_line', ['invoice_line_id'], unique=False)
    op.add_column('invoice', sa.Column('credited_idr', sa.BigInteger(), server_default='0', nullable=False))
    op.add_column('invoice_counter', sa.Column('paper', sa.Enum('invoice', 'credit_note', name='numberedpaper', native_enum=False, create_constraint=True, length=32), server_default='invoice', nullable=False))
    op.alter_column('invoice_counter', 'paper', server_default=None)
    op.drop_constraint(op.f('pk_invoice_counter'), 'invoice_counter', type_='primary')
    op.create_primary_key(op.f('pk_invoice_counter'), 'invoice_counter', ['paper', 'cooperative_id', 'year'])
    op.add_column('payment', sa.Column('kind', sa.Enum('payment', 'reversal', 'refund', name='paymentkind', native_enum=False, create_constraint=True, length=32), server_default='payment', nullable=False))
    op.add_column('payment', sa.Column('reverses_id', sa.Uuid(), nullable=True))
    op.create_unique_constraint(op.f('uq_payment_reverses_id'), 'payment', ['reverses_id'])
    op.create_foreign_key(op.f('fk_payment_reverses_id'), 'payment', 'payment', ['reverses_id'], ['id'])
    op.drop_constraint(op.f('ck_invoice_paid_fits_status'), 'invoice', type_='check')
    op.create_check_constraint(op.f('ck_invoice_paid_fits_status'), 'invoice', PAID_FITS)
    op.create_check_constraint(op.f('ck_invoice_credited_within_total'), 'invoice', 'credited_idr BETWEEN 0 AND total_idr')
    op.drop_constraint(op.f('ck_payment_positive'), 'payment', type_='check')
    op.create_check_constraint(op.f('ck_payment_sign_fits_kind'), 'payment', "(amount_idr > 0) = (kind = 'payment') AND amount_idr <> 0")
    op.create_check_constraint(op.f('ck_payment_reversal_names_payment'), 'payment', "(kind = 'reversal') = (reverses_id IS NOT NULL)")


def downgrade() -> None:
    # Money that was taken back or given back has no place in the tables before: then this refuses.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_check_constraint(op.f('ck_payment_positive'), 'payment', 'amount_idr > 0')
    op.drop_constraint(op.f('ck_payment_reversal_names_payment'), 'payment', type_='check')
    op.drop_constraint(op.f('ck_payment_sign_fits_kind'), 'payment', type_='check')
    op.drop_constraint(op.f('ck_invoice_credited_within_total'), 'invoice', type_='check')
    op.drop_constraint(op.f('ck_invoice_paid_fits_status'), 'invoice', type_='check')
    op.create_check_constraint(op.f('ck_invoice_paid_fits_status'), 'invoice', PAID_FITTED)
    op.drop_constraint(op.f('fk_payment_reverses_id'), 'payment', type_='foreignkey')
    op.drop_constraint(op.f('uq_payment_reverses_id'), 'payment', type_='unique')
    op.drop_column('payment', 'reverses_id')
    op.drop_column('payment', 'kind')
    op.execute("DELETE FROM invoice_counter WHERE paper <> 'invoice'")
    op.drop_constraint(op.f('pk_invoice_counter'), 'invoice_counter', type_='primary')
    op.create_primary_key(op.f('pk_invoice_counter'), 'invoice_counter', ['cooperative_id', 'year'])
    op.drop_column('invoice_counter', 'paper')
    op.drop_column('invoice', 'credited_idr')
    op.drop_index('ix_credit_note_line_invoice_line', table_name='credit_note_line')
    op.drop_table('credit_note_line')
    op.drop_index('ix_credit_note_region_issued', table_name='credit_note')
    op.drop_index('ix_credit_note_kitchen_issued', table_name='credit_note')
    op.drop_index('ix_credit_note_invoice', table_name='credit_note')
    op.drop_index('ix_credit_note_cooperative_issued', table_name='credit_note')
    op.drop_table('credit_note')
