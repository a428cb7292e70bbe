"""Recalls, and what each kitchen says became of its goods."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = 'recalls'
down_revision = 'notifications'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Wait briefly or give up: a migration that queues for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table('recall',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('region_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('status', sa.Enum('open', 'closed', name='recallstatus', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(length=400), nullable=False),
    sa.Column('lot_code', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=True),
    sa.Column('producer', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=True),
    sa.Column('item_code', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('from_date', sa.Date(), nullable=True),
    sa.Column('to_date', sa.Date(), nullable=True),
    sa.Column('opened_by', sa.Uuid(), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name=op.f('ck_recall_closed_has_instant')),
    sa.CheckConstraint('from_date <= to_date', name=op.f('ck_recall_date_order')),
    sa.CheckConstraint('num_nonnulls(lot_code, producer, item_code) > 0', name=op.f('ck_recall_names_goods')),
    sa.ForeignKeyConstraint(['item_code'], ['item.code'], name=op.f('fk_recall_item_code')),
    sa.ForeignKeyConstraint(['opened_by'], ['app_user.id'], name=op.f('fk_recall_opened_by')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_recall_region_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recall'))
    )
    op.create_index('ix_recall_open', 'recall', ['region_code'], unique=False, postgresql_where=sa.text("status = 'open'"))
    op.create_index('ix_recall_region_created', 'recall', ['region_code', 'created_at', 'id'], unique=False)
    op.create_table('recall_part',
    sa.Column('recall_id', sa.Uuid(), nullable=False),
    sa.Column('kitchen_id', sa.Uuid(), nullable=False),
    sa.Column('item_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('accepted_qty', sa.BigInteger(), nullable=False),
    sa.Column('eaten_qty', sa.BigInteger(), nullable=True),
    sa.Column('stored_qty', sa.BigInteger(), nullable=True),
    sa.Column('discarded_qty', sa.BigInteger(), nullable=True),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('confirmed_by', sa.Uuid(), nullable=True),
    sa.CheckConstraint('accepted_qty >= 0', name=op.f('ck_recall_part_accepted_not_negative')),
    sa.CheckConstraint('eaten_qty >= 0 AND stored_qty >= 0 AND discarded_qty >= 0 AND eaten_qty + stored_qty + discarded_qty = accepted_qty', name=op.f('ck_recall_part_accounts_for_all')),
    sa.CheckConstraint('num_nonnulls(confirmed_at, eaten_qty, stored_qty, discarded_qty) IN (0, 4)', name=op.f('ck_recall_part_whole')),
    sa.ForeignKeyConstraint(['confirmed_by'], ['app_user.id'], name=op.f('fk_recall_part_confirmed_by')),
    sa.ForeignKeyConstraint(['item_code'], ['item.code'], name=op.f('fk_recall_part_item_code')),
    sa.ForeignKeyConstraint(['kitchen_id'], ['kitchen.organisation_id'], name=op.f('fk_recall_part_kitchen_id')),
    sa.ForeignKeyConstraint(['recall_id'], ['recall.id'], name=op.f('fk_recall_part_recall_id')),
    sa.PrimaryKeyConstraint('recall_id', 'kitchen_id', 'item_code', name=op.f('pk_recall_part'))
    )
    op.create_index('ix_recall_part_kitchen', 'recall_part', ['kitchen_id', 'recall_id'], unique=False)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index('ix_recall_part_kitchen', table_name='recall_part')
    op.drop_table('recall_part')
    op.drop_index('ix_recall_region_created', table_name='recall')
    op.drop_index('ix_recall_open', table_name='recall', postgresql_where=sa.text("status = 'open'"))
    op.drop_table('recall')
