"""Indexes for the lists of the books."""

from alembic import op

revision = 'ledger_lists'
down_revision = 'money_notices'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Wait briefly or give up: a migration that queues for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_index('ix_ledger_entry_organisation_booked', 'ledger_entry', ['organisation_id', 'booked_on', 'id'], unique=False)
    op.create_index('ix_ledger_entry_region_booked', 'ledger_entry', ['region_code', 'booked_on', 'id'], unique=False)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index('ix_ledger_entry_region_booked', table_name='ledger_entry')
    op.drop_index('ix_ledger_entry_organisation_booked', table_name='ledger_entry')
