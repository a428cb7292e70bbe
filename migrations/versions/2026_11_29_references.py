"""Rows that may be deleted are looked up by an index wherever others name them."""

from alembic import op

revision = "references"
down_revision = "photos_from_phones"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_order_line_forecast_line", "order_line", "forecast_line_id"),
    ("ix_allocation_forecast_line", "allocation", "forecast_line_id"),
    ("ix_shortage_forecast_line", "shortage", "forecast_line_id"),
    ("ix_webhook_delivery_event", "webhook_delivery", "event_id"),
)


def upgrade() -> None:
    # Wait briefly or give up: a migration that queues for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name, table, column in INDEXES:
        op.create_index(name, table, [column])


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name, table, _ in reversed(INDEXES):
        op.drop_index(name, table_name=table)
