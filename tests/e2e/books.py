"""Whether the database's books balance, asked on a connection of its own."""

from __future__ import annotations

import asyncio

from service.database.engine import create_engine, create_sessions
from service.database.queries.invariants import Violation, violations


def wrong_books(database_url: str) -> list[Violation]:
    """Return every promise that no order explains, and every order line that no promise covers."""

    async def look() -> list[Violation]:
        engine = create_engine(database_url)
        async with create_sessions(engine)() as session:
            found = await violations(session)
        await engine.dispose()
        return found

    return asyncio.run(look())
