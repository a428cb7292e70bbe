"""The lists of forecasts, offers and stocks are read from an index in their order: no sort, whatever their length."""

import uuid
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from service.database.cursors import Cursor
from service.database.queries.forecasts import ForecastFilter, list_forecasts
from service.database.queries.offers import OfferFilter, list_offers
from service.database.queries.stocks import StockFilter, list_stocks

AFTER = Cursor(datetime(2026, 11, 24, tzinfo=UTC), uuid.uuid4())
OWNER = uuid.uuid4()


async def plan_of(session, listing, wanted) -> str:
    """Return how PostgreSQL would read the second page of a list in a table too long to read whole."""
    seen = []
    engine = (await session.connection()).sync_connection

    def remember(_connection, _cursor, statement, parameters, *_more):
        seen.append((statement, parameters))

    sa.event.listen(engine, "before_cursor_execute", remember)
    await listing(session, region_code="32.71", wanted=wanted, after=AFTER, limit=51)
    sa.event.remove(engine, "before_cursor_execute", remember)
    for setting in ("enable_seqscan", "enable_sort", "enable_bitmapscan"):
        await session.execute(sa.text(f"SET LOCAL {setting} = off"))
    ((statement, parameters),) = seen
    connection = await session.connection()
    rows = await connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
    return "\n".join(row[0] for row in rows)


@pytest.mark.parametrize(
    ("listing", "wanted", "index"),
    [
        (list_forecasts, ForecastFilter(), "ix_forecast_region_created"),
        (list_offers, OfferFilter(), "ix_offer_region_created"),
        (list_stocks, StockFilter(), "ix_stock_region_created"),
    ],
)
async def test_a_regions_page_is_read_from_an_index_in_order(session, listing, wanted, index):
    plan = await plan_of(session, listing, wanted)
    assert f"using {index}" in plan
    assert "Sort" not in plan


@pytest.mark.parametrize(
    ("listing", "wanted", "table", "index"),
    [
        (list_forecasts, ForecastFilter(owner_id=OWNER), "forecast", "ix_forecast_kitchen_created"),
        (list_offers, OfferFilter(owner_id=OWNER), "offer", "ix_offer_cooperative_created"),
        (list_stocks, StockFilter(owner_id=OWNER), "stock", "ix_stock_wholesaler_created"),
    ],
)
async def test_an_organisations_page_has_its_own_index(session, listing, wanted, table, index):
    """In an empty table both indexes look alike to the planner, so the region's is taken away (and rolled back)."""
    await session.execute(sa.text(f"DROP INDEX ix_{table}_region_created"))
    plan = await plan_of(session, listing, wanted)
    assert f"using {index}" in plan
    assert "Sort" not in plan
