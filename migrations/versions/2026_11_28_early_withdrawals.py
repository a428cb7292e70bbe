"""What was taken off a line before its answer is no part of the answer."""

import sqlalchemy as sa
from alembic import op

revision = 'early_withdrawals'
down_revision = 'quotas'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Wait briefly or give up: a migration that queues for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column('order_line_withdrawal', sa.Column('is_before_answer', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    op.execute("""
        UPDATE order_line_withdrawal AS early SET is_before_answer = true FROM answer
        WHERE answer.order_line_id = early.order_line_id AND early.created_at < answer.created_at
    """)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column('order_line_withdrawal', 'is_before_answer')
