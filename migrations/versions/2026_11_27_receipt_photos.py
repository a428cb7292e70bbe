"""Photos of weighed lines."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = 'receipt_photos'
down_revision = 'delivery_timers'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Wait briefly or give up: a migration that queues for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table('receipt_photo',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('region_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('week_start', sa.Date(), nullable=False),
    sa.Column('receipt_id', sa.Uuid(), nullable=False),
    sa.Column('receipt_line_id', sa.Uuid(), nullable=False),
    sa.Column('sha256', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('media_type', sa.Enum('image/jpeg', 'image/png', 'image/webp', name='phototype', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('size_bytes', sa.Integer(), nullable=False),
    sa.Column('taken_by', sa.Uuid(), nullable=False),
    sa.CheckConstraint('size_bytes > 0', name=op.f('ck_receipt_photo_positive')),
    sa.ForeignKeyConstraint(['receipt_id'], ['receipt.id'], name=op.f('fk_receipt_photo_receipt_id')),
    sa.ForeignKeyConstraint(['receipt_line_id'], ['receipt_line.id'], name=op.f('fk_receipt_photo_receipt_line_id')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_receipt_photo_region_code')),
    sa.ForeignKeyConstraint(['taken_by'], ['app_user.id'], name=op.f('fk_receipt_photo_taken_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_receipt_photo')),
    sa.UniqueConstraint('receipt_line_id', 'sha256', name=op.f('uq_receipt_photo_receipt_line_id_sha256'))
    )
    op.create_index('ix_receipt_photo_receipt', 'receipt_photo', ['receipt_id', 'created_at', 'id'], unique=False)
    op.create_index('ix_receipt_photo_sha256', 'receipt_photo', ['sha256'], unique=False)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index('ix_receipt_photo_sha256', table_name='receipt_photo')
    op.drop_index('ix_receipt_photo_receipt', table_name='receipt_photo')
    op.drop_table('receipt_photo')
