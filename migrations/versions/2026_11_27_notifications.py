"""How people are reached, and the messages to them."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = 'notifications'
down_revision = 'deliveries_and_invoices'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Wait briefly or give up: a migration that queues for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table('contact',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('phone', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=True),
    sa.Column('email', sqlmodel.sql.sqltypes.AutoString(length=254), nullable=True),
    sa.Column('by_phone', sa.Boolean(), nullable=False),
    sa.Column('by_email', sa.Boolean(), nullable=False),
    sa.Column('quiet_from_minute', sa.Integer(), nullable=False),
    sa.Column('quiet_to_minute', sa.Integer(), nullable=False),
    sa.CheckConstraint('quiet_from_minute BETWEEN 0 AND 1439 AND quiet_to_minute BETWEEN 0 AND 1439', name=op.f('ck_contact_quiet_minutes')),
    sa.ForeignKeyConstraint(['user_id'], ['app_user.id'], name=op.f('fk_contact_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contact')),
    sa.UniqueConstraint('phone', name=op.f('uq_contact_phone')),
    sa.UniqueConstraint('user_id', name=op.f('uq_contact_user_id'))
    )
    op.create_table('notification',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('region_code', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('event_id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('channel', sa.Enum('screen', 'phone', 'email', name='channel', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('kind', sa.Enum('new_order', 'moved_to_you', 'reminder', 'order_expired', 'line_moved', 'shortage', 'plan_held_back', 'delivery_on_its_way', 'recall', 'invoice_due', name='noticekind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('subject', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('text', sqlmodel.sql.sqltypes.AutoString(length=4000), nullable=False),
    sa.Column('status', sa.Enum('waiting', 'sent', 'failed', name='notificationstatus', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('send_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_error', sqlmodel.sql.sqltypes.AutoString(length=300), nullable=True),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_notification_event_id')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_notification_region_code')),
    sa.ForeignKeyConstraint(['user_id'], ['app_user.id'], name=op.f('fk_notification_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notification')),
    sa.UniqueConstraint('event_id', 'user_id', 'channel', name=op.f('uq_notification_event_id_user_id_channel'))
    )
    op.create_index('ix_notification_due', 'notification', ['channel', 'send_at'], unique=False, postgresql_where=sa.text("status = 'waiting'"))
    op.create_index('ix_notification_user', 'notification', ['user_id', 'channel', 'created_at', 'id'], unique=False)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index('ix_notification_user', table_name='notification')
    op.drop_index('ix_notification_due', table_name='notification', postgresql_where=sa.text("status = 'waiting'"))
    op.drop_table('notification')
    op.drop_table('contact')
