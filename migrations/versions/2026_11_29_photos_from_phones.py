"""Photos of weighed goods are taken without signal, too."""

from alembic import op

revision = "photos_from_phones"
down_revision = "lots_in_one_spelling"
branch_labels = None
depends_on = None

KINDS = "'answer_order', 'dispatch_delivery', 'weigh_delivery', 'sign_receipt'"
NEW_KINDS = "'add_photo'"


def upgrade() -> None:
    # Wait briefly or give up: a migration that queues for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_constraint(op.f("ck_device_action_actionkind"), "device_action", type_="check")
    op.create_check_constraint(op.f("ck_device_action_actionkind"), "device_action", f"kind IN ({KINDS}, {NEW_KINDS})")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"DELETE FROM device_action WHERE kind IN ({NEW_KINDS})")
    op.drop_constraint(op.f("ck_device_action_actionkind"), "device_action", type_="check")
    op.create_check_constraint(op.f("ck_device_action_actionkind"), "device_action", f"kind IN ({KINDS})")
