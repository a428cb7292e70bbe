"""The job queue: procrastinate's own tables, types and functions."""

from pathlib import Path

from alembic import op

revision = "job_queue"
down_revision = None
branch_labels = None
depends_on = None

SCHEMA = Path(__file__).resolve().parents[1] / "procrastinate_3_10.sql"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    # Straight to the driver, which takes many statements at once and leaves ":" and "%" alone.
    op.get_bind().connection.cursor().execute(SCHEMA.read_text(encoding="utf-8"))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("""
        DO $$
        DECLARE thing record;
        BEGIN
            FOR thing IN SELECT oid::regclass AS name FROM pg_class
                WHERE relname LIKE 'procrastinate\\_%' AND relkind = 'r' AND relnamespace = 'public'::regnamespace
            LOOP EXECUTE format('DROP TABLE %s CASCADE', thing.name); END LOOP;
            FOR thing IN SELECT oid::regprocedure AS name FROM pg_proc
                WHERE proname LIKE 'procrastinate\\_%' AND pronamespace = 'public'::regnamespace
            LOOP EXECUTE format('DROP FUNCTION %s CASCADE', thing.name); END LOOP;
            FOR thing IN SELECT oid::regtype AS name FROM pg_type
                WHERE typname LIKE 'procrastinate\\_%' AND typtype IN ('e', 'c') AND typnamespace = 'public'::regnamespace
            LOOP EXECUTE format('DROP TYPE %s CASCADE', thing.name); END LOOP;
        END $$;
    """)
