"""Whom each event concerns, one row for each, so that an organisation's events are read in order by an index.

The database itself writes these rows, whoever appends an event and by which version of the program, and nobody else
may: they decide what a member is shown.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from service.domain.events import Event
from service.domain.tables import metadata

KEPT_ALIKE: Final = """
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

FOLLOWED: Final = """
CREATE TRIGGER event_concerns_follow AFTER INSERT OR DELETE ON event
FOR EACH ROW EXECUTE FUNCTION keep_event_concerns()
"""

_EVENTS = metadata.tables[str(Event.__tablename__)]
for _statement in (KEPT_ALIKE, FOLLOWED):
    sa.event.listen(_EVENTS, "after_create", sa.DDL(_statement))  # type: ignore[no-untyped-call]
