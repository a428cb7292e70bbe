"""The rules of the books, asked all in one go: what examines them after every step waits for one answer, not for 23."""

import sqlalchemy as sa

from service.database.queries.invariants import RULES, violations

IS_ANY_BROKEN = sa.text("SELECT " + " OR ".join(f"EXISTS ({query})" for query in RULES.values()))


async def broken_rules(session):
    """Return what breaks a rule, as `pasok doctor` would name it."""
    return await violations(session) if await session.scalar(IS_ANY_BROKEN) else []
