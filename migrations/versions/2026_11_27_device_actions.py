"""What was done on phones without signal, and when goods were weighed."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = 'device_actions'
down_revision = 'withdrawals'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Wait briefly or give up: a migration that queues for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table('device_action',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('region_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('week_start', sa.Date(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Enum('answer_order', 'dispatch_delivery', 'weigh_delivery', 'sign_receipt', name='actionkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('body_hash', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('outcome', sa.Enum('done', 'superseded', 'refused', name='actionoutcome', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('result_id', sa.Uuid(), nullable=True),
    sa.Column('problem', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.CheckConstraint("(outcome = 'done') = (problem IS NULL)", name=op.f('ck_device_action_refusal_has_problem')),
    sa.CheckConstraint("(outcome = 'done') = (result_id IS NOT NULL)", name=op.f('ck_device_action_done_has_result')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_device_action_region_code')),
    sa.ForeignKeyConstraint(['user_id'], ['app_user.id'], name=op.f('fk_device_action_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_device_action'))
    )
    op.create_index('ix_device_action_received', 'device_action', ['received_at'], unique=False)
    op.create_index('ix_device_action_region_week', 'device_action', ['region_code', 'week_start', 'id'], unique=False)
    op.add_column('receipt_line', sa.Column('weighed_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False))
    op.add_column('receipt_line', sa.Column('action_id', sa.Uuid(), nullable=True))
    op.execute("UPDATE receipt_line SET weighed_at = created_at")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column('receipt_line', 'action_id')
    op.drop_column('receipt_line', 'weighed_at')
    op.drop_index('ix_device_action_region_week', table_name='device_action')
    op.drop_index('ix_device_action_received', table_name='device_action')
    op.drop_table('device_action')
