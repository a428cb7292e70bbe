"""An organisation's events are read in order by an index of their own."""

import sqlalchemy as sa
from alembic import op

revision = "event_concerns"
down_revision = "recalls_asked_at"
branch_labels = None
depends_on = None

KEPT_ALIKE = """
CREATE FUNCTION keep_event_concerns() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM event_concern WHERE organisation_id = ANY (OLD.concerns) AND sequence = OLD.sequence;
    ELSE
        INSERT INTO event_concern (organisation_id, sequence)
        SELECT unnest(NEW.concerns), NEW.sequence ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$
"""

FOLLOWED = """
CREATE TRIGGER event_concerns_follow AFTER INSERT OR DELETE ON event
FOR EACH ROW EXECUTE FUNCTION keep_event_concerns()
"""

EARLIER = """
INSERT INTO event_concern (organisation_id, sequence)
SELECT concern, event.sequence FROM event, unnest(event.concerns) AS concern
WHERE NOT EXISTS (
    SELECT FROM event_concern AS known WHERE known.organisation_id = concern AND known.sequence = event.sequence
)
ON CONFLICT DO NOTHING
"""


def upgrade() -> None:
    # Wait briefly or give up: a migration that queues for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "event_concern",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "sequence", name=op.f("pk_event_concern")),
    )
    op.execute(KEPT_ALIKE)
    op.execute(EARLIER)
    op.execute(FOLLOWED)  # from here on nobody else appends an event, so little is left to be done
    op.execute(EARLIER)
    op.drop_index("ix_event_concerns", table_name="event")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_index("ix_event_concerns", "event", ["concerns"], unique=False, postgresql_using="gin")
    op.execute("DROP TRIGGER event_concerns_follow ON event")
    op.execute("DROP FUNCTION keep_event_concerns()")
    op.drop_table("event_concern")
