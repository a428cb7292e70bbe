"""A wholesaler keeps packs for its branches in other regions; a quota is a stock of the branch."""

import sqlalchemy as sa
from alembic import op

revision = 'quotas'
down_revision = 'sent_files'
branch_labels = None
depends_on = None

OF_A_POOL = 'pool_id IS NOT NULL'
OPEN_QUOTA = "pool_id IS NOT NULL AND status = 'open'"


def upgrade() -> None:
    # Wait briefly or give up: a migration that queues for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column('stock', sa.Column('elsewhere_packs', sa.BigInteger(), server_default='0', nullable=False))
    op.add_column('stock', sa.Column('pool_id', sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f('fk_stock_pool_id'), 'stock', 'stock', ['pool_id'], ['id'])
    op.create_check_constraint(op.f('ck_stock_somewhere_once'), 'stock', 'elsewhere_packs >= 0 AND promised_packs + elsewhere_packs <= packs')
    op.create_index('ix_stock_quota', 'stock', ['pool_id', 'wholesaler_id'], unique=False, postgresql_where=sa.text(OF_A_POOL))
    op.create_index('uq_stock_open_quota', 'stock', ['pool_id', 'wholesaler_id'], unique=True, postgresql_where=sa.text(OPEN_QUOTA))
    op.add_column('wholesaler', sa.Column('head_office_id', sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f('fk_wholesaler_head_office_id'), 'wholesaler', 'wholesaler', ['head_office_id'], ['organisation_id'])
    op.create_index(op.f('ix_wholesaler_head_office_id'), 'wholesaler', ['head_office_id'], unique=False)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(op.f('ix_wholesaler_head_office_id'), table_name='wholesaler')
    op.drop_constraint(op.f('fk_wholesaler_head_office_id'), 'wholesaler', type_='foreignkey')
    op.drop_column('wholesaler', 'head_office_id')
    op.drop_index('uq_stock_open_quota', table_name='stock', postgresql_where=sa.text(OPEN_QUOTA))
    op.drop_index('ix_stock_quota', table_name='stock', postgresql_where=sa.text(OF_A_POOL))
    op.drop_constraint(op.f('ck_stock_somewhere_once'), 'stock', type_='check')
    op.drop_constraint(op.f('fk_stock_pool_id'), 'stock', type_='foreignkey')
    op.drop_column('stock', 'pool_id')
    op.drop_column('stock', 'elsewhere_packs')
