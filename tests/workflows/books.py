"""The rules of the books, asked all in one go: what examines them after every step waits for one answer, not for 23."""

import sqlalchemy as sa

from service.database.queries.invariants import RULES, violations

_ANY_BROKEN = "SELECT " + " OR ".join(f"EXISTS ({query})" for query in RULES.values())
IS_ANY_BROKEN = sa.text(_ANY_BROKEN)
IS_ANY_BROKEN_AGAIN = sa.text("SELECT pg_temp.is_any_broken()")
_LEARN = sa.text(
    f"CREATE FUNCTION pg_temp.is_any_broken() RETURNS boolean LANGUAGE plpgsql AS $$BEGIN RETURN ({_ANY_BROKEN}); END$$"
)


async def learn_rules(session):
    """Let the question be planned once for this transaction: that takes five times as long as to answer it.

    In a function, since psycopg gives its prepared statements up at every rollback to a savepoint.
    """
    await session.execute(_LEARN)


async def broken_rules(session, question=IS_ANY_BROKEN):
    """Return what breaks a rule, as `pasok doctor` would name it; ``IS_ANY_BROKEN_AGAIN`` where rules were learnt."""
    return await violations(session) if await session.scalar(question) else []
