"""Files that were sent to be tried."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = 'sent_files'
down_revision = 'week_reminders'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Wait briefly or give up: a migration that queues for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table('sent_file',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('sha256', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_sent_file_organisation_id')),
    sa.ForeignKeyConstraint(['user_id'], ['app_user.id'], name=op.f('fk_sent_file_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sent_file')),
    sa.UniqueConstraint('user_id', 'organisation_id', 'sha256', name=op.f('uq_sent_file_user_id_organisation_id_sha256'))
    )
    op.create_index('ix_sent_file_expires_at', 'sent_file', ['expires_at'], unique=False)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index('ix_sent_file_expires_at', table_name='sent_file')
    op.drop_table('sent_file')
