"""Local units: what an organisation means by a sack or a bunch of an item."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = 'local_units'
down_revision = 'order_cycle'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Wait briefly or give up: a migration that queues for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table('local_unit',
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('item_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('factor_qty', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('factor_qty > 0', name=op.f('ck_local_unit_positive')),
    sa.ForeignKeyConstraint(['item_code'], ['item.code'], name=op.f('fk_local_unit_item_code')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_local_unit_organisation_id')),
    sa.PrimaryKeyConstraint('organisation_id', 'item_code', 'name', name=op.f('pk_local_unit'))
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table('local_unit')
