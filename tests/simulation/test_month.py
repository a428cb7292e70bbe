"""A week of a tiny city with all that goes wrong: the books are right, and the same seed ends in the same table."""

import pytest

from service.database.engine import create_engine, create_sessions
from service.database.queries.invariants import violations
from service.database.queries.week_figures import WeekFigures
from service.database.schema import migrate, scratch_database
from service.demo.facts import read_facts
from service.simulation.month import Month, simulate_month
from service.simulation.tables import month_table
from tests.factories.plans import WEEK
from tests.factories.solves import clerks_solve

TINY = Month(kitchens=3, cooperatives=3, weeks=1, seed=7)
EXPECTED = [
    WeekFigures(
        week_start=WEEK,
        demanded_g=16_598_180,
        ordered_g=13_809_850,
        delivered_g=13_738_186,
        wasted_g=104_664,
        late_g=24_000,
        rejected_g=664,
        invoiced_idr=241_481_359,
        paid_in_time_idr=202_556_881,
    )
]
"""A rule that changes what happens changes this: read the new figures, and keep them if they are as they should be."""


@pytest.fixture
def live(database_server):
    async def live(month):
        with scratch_database(database_server) as address:
            migrate(address)
            engine = create_engine(address)
            try:
                sessions = create_sessions(engine)
                figures = await simulate_month(sessions, read_facts(), month, solve=clerks_solve)
                async with sessions() as session:
                    return figures, await violations(session)
            finally:
                await engine.dispose()

    return live


async def test_the_seed_of_a_tiny_city_always_ends_in_this_table_and_the_books_are_right(live):
    figures, broken = await live(TINY)
    assert broken == []
    assert figures == EXPECTED


def test_the_table_has_a_row_for_each_week_and_one_for_all():
    week = WeekFigures(WEEK, 4_000_000, 3_000_000, 2_000_000, 250_000, 500_000, 125_000, 8_000_000, 6_000_000)
    idle = WeekFigures(WEEK, 0, 0, 0, 0, 0, 0, 0, 0)
    table = month_table([week, idle], "Kota Bogor")
    assert [list(column.cells) for column in table.columns] == [
        ["2026-W49", "2026-W49", "all"],
        ["4.00", "0.00", "4.00"],
        ["3.00", "0.00", "3.00"],
        ["2.00", "0.00", "2.00"],
        ["0.25", "0.00", "0.25"],
        ["0.50", "0.00", "0.50"],
        ["0.12", "0.00", "0.12"],
        ["8.0", "0.0", "8.0"],
        ["75.0%", "-", "75.0%"],
    ]
