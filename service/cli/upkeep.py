"""What the commands that look after an installation work with: its database, in whatever state it is."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from service.database.engine import conninfo, create_engine, create_sessions, require_postgresql
from service.database.queries.installation import look_patiently
from service.database.schema import require_current_schema
from service.database.unit_of_work import UnitsOfWork
from service.domain.audit_chain import ChainReport, Link
from service.domain.findings import Finding
from service.jobs.app import Jobs
from service.settings import Settings
from service.worker import build_jobs
from service.workflows.examine_installation import Premises, examine_installation
from service.workflows.verify_audit import verify_audit


@asynccontextmanager
async def engine_of(database_url: str) -> AsyncIterator[AsyncEngine]:
    """Yield an engine on a database that answers."""
    engine = create_engine(database_url)
    try:
        await require_postgresql(engine)
        yield engine
    finally:
        await engine.dispose()


async def examine(settings: Settings, database_url: str) -> list[Finding]:
    """Let the doctor look at an installation, whatever state its schema is in."""
    async with engine_of(database_url) as engine:
        jobs = Jobs(conninfo(database_url))
        jobs.register(*build_jobs(UnitsOfWork(create_sessions(engine), jobs), settings))
        return await examine_installation(engine, Premises(settings.var_dir, settings.photos_dir, jobs.names))


async def verify_trail(database_url: str, anchor: Link | None) -> ChainReport:
    """Walk along the audit trail as of one instant."""
    async with engine_of(database_url) as engine:
        await require_current_schema(engine)
        async with create_sessions(engine)() as session:
            await look_patiently(session)
            return await verify_audit(session, now=datetime.now(UTC), anchor=anchor)
