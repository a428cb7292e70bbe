"""The service's own user of PostgreSQL: a week is lived with its rights, and what is only appended stays closed."""

import secrets
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine

from service.database.engine import conninfo, create_engine, create_sessions
from service.database.queries.invariants import violations
from service.database.rights import UnknownRole, grant_service
from service.database.unit_of_work import UnitsOfWork
from service.domain.retention import Retention
from service.jobs.app import Jobs
from service.jobs.definitions import JobTimings
from service.settings import Settings
from service.worker import build_jobs
from service.workflows.forget_past import forget_past
from service.workflows.seal_audit import seal_audit
from tests.workflows.test_pay_invoice import invoiced, pay

HURRIED = JobTimings(poll_s=0.1, heartbeat_s=0.3)


REFUSED = (
    "UPDATE audit_entry SET action = 'nothing'",
    "DELETE FROM audit_entry",
    "TRUNCATE audit_entry CASCADE",
    "ALTER TABLE audit_entry DISABLE TRIGGER USER",
    "DROP TRIGGER audit_entry_is_only_sealed ON audit_entry",
    "UPDATE ledger_entry SET amount_idr = 0",
    "DELETE FROM ledger_entry",
    "UPDATE event SET facts = '{}'",
    "DELETE FROM event_concern",
    "INSERT INTO event_concern SELECT organisation_id, sequence + 1 FROM event_concern",
    "UPDATE alembic_version SET version_num = 'nothing'",
    "DROP TABLE payment",
    "CREATE TABLE public.mine (id integer)",
)


@dataclass
class Service:
    """Units of work and jobs that connect with the rights of the service's user."""

    engine: AsyncEngine
    jobs: Jobs
    units: UnitsOfWork


@pytest.fixture
def role(fresh_database: str) -> Iterator[str]:
    name = f"service_{secrets.token_hex(4)}"
    with psycopg.connect(conninfo(fresh_database), autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {name}")
        yield name
        connection.execute(f"DROP OWNED BY {name}; DROP ROLE {name}")


@pytest.fixture
async def service(fresh_database: str, role: str, clock) -> AsyncIterator[Service]:
    grant_service(fresh_database, role)
    url = f"{fresh_database}&options=-c%20role%3D{role}"
    engine = create_engine(url)
    jobs = Jobs(conninfo(url), HURRIED)
    units = UnitsOfWork(create_sessions(engine), jobs, clock=clock)
    jobs.register(*build_jobs(units, Settings(demo=True)))
    yield Service(engine, jobs, units)
    await engine.dispose()


async def test_a_week_is_lived_from_order_to_payment_with_its_jobs(service: Service):
    async with service.units.begin() as work:
        delivered, invoice = await invoiced(work)
        await pay(work, delivered, invoice, 1_000)
        await work.defer("seal_audit")
    assert await seal_audit(service.units) > 0
    assert (
        sum((await forget_past(service.units, Retention(logins_days=1, messages_days=7, events_days=90))).values()) == 0
    )
    waiting = sa.text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'seal_audit' AND status = 'succeeded'")
    async with service.jobs.working(), service.engine.connect() as connection:
        while not await connection.scalar(waiting):
            await connection.rollback()
    async with service.units.begin() as work:
        assert await violations(work.session) == []


async def test_it_cannot_edit_what_is_only_appended_nor_change_the_tables(service: Service):
    for change in REFUSED:
        with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
            async with service.engine.begin() as connection:
                await connection.execute(sa.text(change))


def test_a_user_whom_nobody_knows_is_refused_with_the_statement_that_makes_it(fresh_database: str):
    with pytest.raises(UnknownRole, match="CREATE ROLE nobody_knows"):
        grant_service(fresh_database, "nobody_knows")
