"""No list scans or sorts a table that grows with the weeks, whoever asks and whatever it is narrowed to.

Every address with pages is asked by a role of each reach, as it is and narrowed by each of its filters, and each
statement is explained. An empty table would be scanned whatever its indexes are, so scans and sorts are made dear: what
is left of them has no index.
"""

import re
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from service.database.queries.payables import late_purchase_ids
from service.domain import metadata
from service.domain.people import Role
from service.domain.permissions import PERMISSIONS
from tests.api.test_permissions import GUARDED, named
from tests.factories.things import add_catalogue_things, add_things

GROWING = {
    *("allocation", "answer", "audit_entry", "credit_note", "credit_note_line", "delivery", "delivery_line"),
    *("delivery_lot", "device_action", "event", "event_concern", "forecast", "forecast_line"),
    *("forecast_serving", "idempotent_answer"),
    *("invoice", "invoice_line", "ledger_entry", "matching_run", "notification", "offer", "offer_lot", "order_line"),
    *("order_line_withdrawal", "outlet_movement", "pack_reservation", "payment", "plan", "plan_answer"),
    *("plan_purchase", "price_proposal", "purchase", "purchase_line", "purchase_order", "purchase_payment", "receipt"),
    *("receipt_line", "receipt_photo", "run_plan", "run_problem", "shortage", "signature", "webhook_delivery"),
    "what_if_plan",
}
"""Tables with rows of every week; all others have about as many rows as there are members and goods."""
READ = re.compile(r"Scan .*?\bon (\w+)")
SCAN = re.compile(r"Seq Scan on (\w+)")
LISTS = [one for one in GUARDED if "limit" in {known["name"] for known in one.document.get("parameters", [])}]
ASKING = (Role.KITCHEN_HEAD, Role.COOP_OFFICER, Role.WHOLESALER, Role.CITY_OPERATOR, Role.AUDITOR)
"""A role of each reach: all others see a list as one of these does."""
NO_FILTERS = {"limit", "after", "accept-language", "language"}


@pytest.fixture
async def things(session, world):
    return await add_catalogue_things(session) | await add_things(session, world)


@contextmanager
def selects(engine):
    """Collect the SELECTs that are sent, with their parameters."""
    seen = []

    def note(_connection, _cursor, statement, parameters, *_more):
        if statement.lstrip().startswith("SELECT"):
            seen.append((statement, parameters))

    sa.event.listen(engine.sync_engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(engine.sync_engine, "before_cursor_execute", note)


def ways_to_ask(operation, things, schemas):
    """Yield the filters: none, then each by itself with the example or a thing that is there."""
    request = operation.request(things)
    yield "", request
    for known in operation.document["parameters"]:
        name = known["name"]
        if known["in"] == "query" and name not in NO_FILTERS and not known.get("required"):
            yield name, {**request, "params": {**request["params"], name: value_of(known, things, schemas)}}


def value_of(known, things, schemas):
    name, schema = known["name"], known["schema"]
    if name in things:
        return things[name].value
    for part in (schema, *schema.get("anyOf", [])):
        shape = schemas[part["$ref"].rpartition("/")[2]] if "$ref" in part else part
        if shape.get("enum"):
            return shape["enum"][0]
        kind = shape.get("format") or shape.get("type")
        value = {
            "uuid": "0197a000-0000-7000-8000-000000000000",
            "date": date(2026, 11, 30).isoformat(),
            "date-time": datetime(2026, 11, 30, tzinfo=UTC).isoformat(),
            "boolean": "true",
            "string": "x",
        }.get(kind)
        if value is not None:
            return value
    raise AssertionError(f"{name} has no example")


async def explained(connection, statement, parameters) -> str:
    rows = await connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
    return "\n".join(row[0] for row in rows)


def faults_of(plan: str) -> set[str]:
    """Return the growing tables that are read whole, and those whose rows a page sorts before it takes the first."""
    faults = {f"reads all of {table}" for table in SCAN.findall(plan) if table in GROWING}
    paged = re.search(r"^Limit.*\n +->  Sort .*\n((?: {4,}.*\n?)+)", plan)
    if paged is not None:
        faults |= {f"sorts {table}" for table in READ.findall(paged[1]) if table in GROWING}
    return faults


@pytest.fixture
async def faults(client_as, things, connection, engine, built_app):
    """Return a function that asks a list in every way and tells what its statements read too much of."""
    schemas = built_app.openapi()["components"]["schemas"]
    for setting in ("enable_seqscan", "enable_sort", "enable_bitmapscan", "enable_hashjoin", "enable_mergejoin"):
        await connection.execute(sa.text(f"SET LOCAL {setting} = off"))

    async def ask(operation, role):
        client, found = client_as(role), set()
        for by, request in ways_to_ask(operation, things, schemas):
            with selects(engine) as seen:
                answer = await client.request(**request)
            assert answer.status_code in {200, 404}, (named(operation), by, answer.text)
            for statement, parameters in seen:
                plan = await explained(connection, statement, parameters)
                found |= {f"{operation.path}?{by} {fault}" for fault in faults_of(plan)}
        return found

    return ask


def test_every_growing_table_exists_and_every_list_is_asked():
    assert set(metadata.tables) >= GROWING
    assert len(LISTS) > 35
    assert all(set(ASKING) & set(PERMISSIONS[operation.access.action]) for operation in LISTS)


@pytest.mark.parametrize("role", ASKING)
async def test_no_list_reads_or_sorts_a_growing_table_whole(faults, role):
    lists = [operation for operation in LISTS if role in PERMISSIONS[operation.access.action]]
    assert [fault for operation in lists for fault in sorted(await faults(operation, role))] == []


async def test_a_list_without_its_index_is_found_out(faults, connection):
    orders = next(operation for operation in LISTS if operation.path == "/orders")
    await connection.execute(sa.text("DROP INDEX ix_purchase_order_region_week"))
    assert "/orders? sorts purchase_order" in await faults(orders, Role.CITY_OPERATOR)


IN_THE_ORDER_WANTED = (
    "DROP INDEX ix_purchase_region_week",
    "ALTER TABLE purchase DROP CONSTRAINT uq_purchase_region_code_number",
)
"""On an empty table to read all of these may cost as little, and saves a sort."""


async def test_looking_for_late_purchases_reads_their_index_alone(session, connection, engine):
    """The job asks every ten minutes, for all regions and years: what is paid or was told is not even looked at."""
    for setting in ("enable_seqscan", "enable_incremental_sort", "enable_bitmapscan"):
        await connection.execute(sa.text(f"SET LOCAL {setting} = off"))
    for rival in IN_THE_ORDER_WANTED:
        await connection.execute(sa.text(rival))
    with selects(engine) as seen:
        await late_purchase_ids(session, datetime(2026, 12, 20, tzinfo=UTC))
    [plan] = [await explained(connection, *asked) for asked in seen]
    assert "ix_purchase_to_chase on purchase" in plan, plan
    assert faults_of(plan) == set()
