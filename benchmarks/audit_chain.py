"""What it costs to chain the audit trail: at each commit under one lock, or by a sealer some seconds later.

Usage: python benchmarks/audit_chain.py [ENTRIES]    (default 50000)

A writer's transaction records one entry and holds on for 5 ms, as a short request does after its first change.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.measuring.table import print_row
from service.database.embedded import database_address
from service.database.engine import conninfo, create_engine, create_sessions
from service.database.queries.audit_chain import hold_head
from service.database.queries.installation import look_patiently
from service.database.schema import migrate
from service.database.unit_of_work import UnitsOfWork
from service.domain.audit_chain import seal
from service.jobs.app import Jobs
from service.workflows.seal_audit import seal_audit
from service.workflows.verify_audit import verify_audit

WRITERS = 8
WRITES = 400
THINKS_S = 0.005
ENTRIES = 50_000
WIDTHS = (9, 36)
FILL = """
    INSERT INTO audit_entry (id, at, action, entity, entity_id, before, after)
    SELECT gen_random_uuid(), now(), 'order.answered', 'purchase_order', n::text,
           '{"status": "sent"}', jsonb_build_object('status', 'answered', 'accepted_qty', n)
    FROM generate_series(1, :entries) AS n
"""


def tell(what: str, per_s: float) -> None:
    """Print a row."""
    print_row((f"{per_s:,.0f}", what), WIDTHS)


async def written_per_s(units: UnitsOfWork, *, chained: bool) -> float:
    """Return how many transactions of several writers commit in a second."""

    async def write() -> None:
        for _ in range(WRITES // WRITERS):
            async with units.begin() as work:
                entry = work.record("recipe.created", "recipe", "x", after={"is_active": True})
                await work.session.flush()
                if chained:
                    seal([entry], await hold_head(work.session), now=work.now)
                    await work.session.flush()
                await asyncio.sleep(THINKS_S)

    started = time.perf_counter()
    await asyncio.gather(*(write() for _ in range(WRITERS)))
    return WRITES / (time.perf_counter() - started)


async def main(database_url: str, entries: int) -> None:
    """Print the table."""
    engine = create_engine(database_url)
    units = UnitsOfWork(create_sessions(engine), Jobs(conninfo(database_url)))
    print_row(("a second", "what"), WIDTHS)
    tell("transactions, chained at commit", await written_per_s(units, chained=True))
    tell("transactions, sealed later", await written_per_s(units, chained=False))
    async with engine.begin() as connection:
        await connection.execute(sa.text(FILL), {"entries": entries})
    started = time.perf_counter()
    sealed = await seal_audit(units)
    tell("entries sealed", sealed / (time.perf_counter() - started))
    async with AsyncSession(engine) as session:
        await look_patiently(session)
        started = time.perf_counter()
        report = await verify_audit(session, now=datetime.now(UTC))
        if report.broken:
            raise SystemExit(report.broken.what)
        tell("entries verified", report.head.sequence / (time.perf_counter() - started))
    await engine.dispose()


if __name__ == "__main__":
    logging.disable()
    with tempfile.TemporaryDirectory() as folder, database_address(None, Path(folder) / "postgres") as url:
        migrate(url)
        asyncio.run(main(url, int(sys.argv[1]) if len(sys.argv) > 1 else ENTRIES))
