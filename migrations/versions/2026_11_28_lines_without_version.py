"""Order lines are held with their order and have no version of their own."""

import sqlalchemy as sa
from alembic import op

revision = 'lines_without_version'
down_revision = 'undone_answers'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Wait briefly or give up: a migration that queues for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column('order_line', 'version')


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column('order_line', sa.Column('version', sa.Integer(), nullable=False, server_default='1'))
    op.alter_column('order_line', 'version', server_default=None)
