"""Attempts to log in, counted over all processes."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = 'login_attempts'
down_revision = 'ledger_lists'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Wait briefly or give up: a migration that queues for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table('login_attempt',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('subject', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_login_attempt'))
    )
    op.create_index('ix_login_attempt_at', 'login_attempt', ['at'], unique=False)
    op.create_index('ix_login_attempt_subject_at', 'login_attempt', ['subject', 'at'], unique=False)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index('ix_login_attempt_subject_at', table_name='login_attempt')
    op.drop_index('ix_login_attempt_at', table_name='login_attempt')
    op.drop_table('login_attempt')
