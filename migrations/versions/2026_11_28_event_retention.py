"""Events past a season may be deleted; until then they are only appended."""

from alembic import op

revision = 'event_retention'
down_revision = 'audit_chain'
branch_labels = None
depends_on = None

REFUSAL = """
CREATE OR REPLACE FUNCTION refuse_to_change_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND TG_LEVEL = 'ROW' THEN
        IF OLD.at < now() - interval '90 days' THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'events are only appended: what happened never changes'
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""

OLD_REFUSAL = """
CREATE OR REPLACE FUNCTION refuse_to_change_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are only appended: what happened never changes'
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""

GUARD = """
CREATE TRIGGER event_is_only_appended BEFORE UPDATE OR TRUNCATE ON event
FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_events()
"""

GUARD_YOUNG = """
CREATE TRIGGER event_is_kept BEFORE DELETE ON event
FOR EACH ROW EXECUTE FUNCTION refuse_to_change_events()
"""

OLD_GUARD = """
CREATE TRIGGER event_is_only_appended BEFORE UPDATE OR DELETE OR TRUNCATE ON event
FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_events()
"""


def upgrade() -> None:
    # Wait briefly or give up: a migration that queues for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP TRIGGER event_is_only_appended ON event")
    op.execute(REFUSAL)
    op.execute(GUARD)
    op.execute(GUARD_YOUNG)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP TRIGGER event_is_kept ON event")
    op.execute("DROP TRIGGER event_is_only_appended ON event")
    op.execute(OLD_REFUSAL)
    op.execute(OLD_GUARD)
