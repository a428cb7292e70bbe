"""Events from before the index of whom they concern are in it once it is made, and leave it with it."""

import psycopg

from service.database.engine import conninfo
from service.database.schema import migrate, migrate_down, scratch_database

BEFORE = "recalls_asked_at"
OLD_EVENTS = """
INSERT INTO event (id, at, type, entity, entity_id, concerns, facts)
SELECT gen_random_uuid(), now(), 'order.sent', 'order', n::text, ARRAY[md5('a')::uuid, md5(n::text)::uuid], '{}'
FROM generate_series(1, 3) AS n
"""
KEPT = "SELECT organisation_id, sequence FROM event_concern ORDER BY 1, 2"
SAID = "SELECT unnest(concerns) AS organisation_id, sequence FROM event ORDER BY 1, 2"


def test_earlier_events_are_indexed_too(database_server):
    with scratch_database(database_server) as url:
        migrate(url, BEFORE)
        with psycopg.connect(conninfo(url)) as connection:
            connection.execute(OLD_EVENTS)
        migrate(url)
        with psycopg.connect(conninfo(url)) as connection:
            connection.execute(OLD_EVENTS)
            kept = connection.execute(KEPT).fetchall()
            assert len(kept) == 12
            assert kept == connection.execute(SAID).fetchall()
        migrate_down(url, BEFORE)
        migrate(url)
        with psycopg.connect(conninfo(url)) as connection:
            assert connection.execute(KEPT).fetchall() == kept
