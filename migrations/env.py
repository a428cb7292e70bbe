"""Run the migrations on the database that `service.database.schema` (or PASOK_DATABASE_URL) names."""

import os

import sqlalchemy as sa
from alembic import context

from service.database.engine import create_migration_engine
from service.database.schema import COMPARISON
from service.domain import metadata

# Any number that no other program on the same server uses for its advisory locks.
MIGRATION_LOCK = 0x7061736F6B  # "pasok"


def migrate() -> None:
    """Apply revisions one transaction each, alone: a second migrating process waits, then finds nothing to do."""
    url = context.config.attributes.get("database_url") or os.environ["PASOK_DATABASE_URL"]
    engine = create_migration_engine(url)
    with engine.connect() as connection:
        connection.execute(sa.text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=metadata,
            transaction_per_migration=True,
            on_version_apply=context.config.attributes.get("on_version_apply"),
            **COMPARISON,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.execute(sa.text("SELECT pg_advisory_unlock(:key)"), {"key": MIGRATION_LOCK})
        connection.commit()
    engine.dispose()


migrate()
