"""In which order events are read: nobody passes over an event whose transaction commits late.

Numbers are drawn when a row is written, but transactions commit in any order. So each transaction holds, from before
its first number until its end, a shared advisory lock that names the last number drawn before; whoever reads stops at
the lowest number that is held. The number survives a restored backup, which a transaction's id would not.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from service.domain.events import Event
from service.domain.tables import metadata

EVENT_LOCKS: Final = 0x504A << 48
"""The locks of events: this number plus the event's."""

NEXT_SEQUENCE: Final = f"""
CREATE FUNCTION next_event_sequence() RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(current_setting('pasok.announces', true), '') = '' THEN
        PERFORM pg_advisory_xact_lock_shared({EVENT_LOCKS} + last_value) FROM event_sequence;
        PERFORM set_config('pasok.announces', 'yes', true);
    END IF;
    RETURN nextval('event_sequence');
END $$
"""

REFUSAL: Final = """
CREATE FUNCTION refuse_to_change_events() RETURNS trigger LANGUAGE plpgsql AS $$
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

GUARD: Final = """
CREATE TRIGGER event_is_only_appended BEFORE UPDATE OR TRUNCATE ON event
FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_events()
"""

GUARD_YOUNG: Final = """
CREATE TRIGGER event_is_kept BEFORE DELETE ON event
FOR EACH ROW EXECUTE FUNCTION refuse_to_change_events()
"""

_LAST: Final = sa.text("SELECT last_value FROM event_sequence")
_LOWEST_HELD: Final = sa.text("""
SELECT min((classid::bigint << 32 | objid::bigint) - :locks) FROM pg_locks
WHERE locktype = 'advisory' AND objsubid = 1 AND pid <> pg_backend_pid()
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND classid::bigint >> 16 = :locks >> 48
""").bindparams(sa.bindparam("locks", EVENT_LOCKS, sa.BigInteger))

_EVENTS = metadata.tables[str(Event.__tablename__)]
_BEFORE = ("CREATE SEQUENCE event_sequence MINVALUE 0", "SELECT setval('event_sequence', 0)", NEXT_SEQUENCE, REFUSAL)
for _statement in _BEFORE:
    sa.event.listen(_EVENTS, "before_create", sa.DDL(_statement))  # type: ignore[no-untyped-call]
for _statement in (GUARD, GUARD_YOUNG):
    sa.event.listen(_EVENTS, "after_create", sa.DDL(_statement))  # type: ignore[no-untyped-call]


async def settled_sequence(session: AsyncSession) -> int:
    """Return the number up to which no event is missing any more; later ones may be read in another order.

    The last number is asked for first: whoever draws a lower one has its lock by then or has ended.
    """
    last: int = (await session.scalar(_LAST)) or 0
    held: int | None = await session.scalar(_LOWEST_HELD)
    return last if held is None else min(last, held)
