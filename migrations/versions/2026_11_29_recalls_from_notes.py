"""A recall may start from a delivery note, and keeps the lots that stood on it."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = 'recalls_from_notes'
down_revision = 'word_of_results'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Wait briefly or give up: a migration that queues for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column('recall', sa.Column('delivery_number', sqlmodel.sql.sqltypes.AutoString(length=80), nullable=True))
    op.add_column('recall', sa.Column('lots', postgresql.JSONB(none_as_null=True), nullable=True))
    op.create_foreign_key(op.f('fk_recall_region_code_delivery_number'), 'recall', 'delivery', ['region_code', 'delivery_number'], ['region_code', 'number'])
    op.create_check_constraint(op.f('ck_recall_note_has_lots'), 'recall', '(delivery_number IS NULL) = (lots IS NULL)')
    op.drop_constraint(op.f('ck_recall_names_goods'), 'recall', type_='check')
    op.create_check_constraint(op.f('ck_recall_names_goods'), 'recall', 'num_nonnulls(lot_code, producer, item_code, delivery_number) > 0')


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DELETE FROM recall_part USING recall WHERE recall.id = recall_id AND num_nonnulls(lot_code, producer, recall.item_code) = 0")
    op.execute("DELETE FROM recall WHERE num_nonnulls(lot_code, producer, item_code) = 0")
    op.drop_constraint(op.f('ck_recall_names_goods'), 'recall', type_='check')
    op.create_check_constraint(op.f('ck_recall_names_goods'), 'recall', 'num_nonnulls(lot_code, producer, item_code) > 0')
    op.drop_constraint(op.f('ck_recall_note_has_lots'), 'recall', type_='check')
    op.drop_constraint(op.f('fk_recall_region_code_delivery_number'), 'recall', type_='foreignkey')
    op.drop_column('recall', 'lots')
    op.drop_column('recall', 'delivery_number')
