"""How far scales may differ from a note is the item's own: leaves lose water on their way, sugar does not."""

import sqlalchemy as sa
from alembic import op

revision = 'receipt_tolerances'
down_revision = 'early_withdrawals'
branch_labels = None
depends_on = None

# As the catalogue says since then; empty for all others: the usual of their unit.
TOLERANCES_BP = {
    150: ('SHALLOT', 'GARLIC', 'POTATO', 'CHAYOTE', 'TOMATO', 'ORANGE', 'WMELON', 'MELON'),
    200: ('CHILI-K', 'CHILI-R', 'CARROT', 'BEANS', 'CABBAGE', 'LBEAN', 'BANANA', 'PAPAYA'),
    300: ('MUSTARD',),
}


def upgrade() -> None:
    # Wait briefly or give up: a migration that queues for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column('item', sa.Column('receipt_tolerance_bp', sa.Integer(), nullable=True))
    op.create_check_constraint(
        op.f('ck_item_receipt_tolerance_range'), 'item', 'receipt_tolerance_bp BETWEEN 0 AND 1000'
    )
    item = sa.table('item', sa.column('code', sa.String()), sa.column('receipt_tolerance_bp', sa.Integer()))
    for tolerance_bp, codes in TOLERANCES_BP.items():
        op.execute(sa.update(item).where(item.c.code.in_(codes)).values(receipt_tolerance_bp=tolerance_bp))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_constraint(op.f('ck_item_receipt_tolerance_range'), 'item', type_='check')
    op.drop_column('item', 'receipt_tolerance_bp')
