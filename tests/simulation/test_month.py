"""A week of a tiny city with all that goes wrong: the books are right, and the same seed ends in the same table."""

from dataclasses import replace

import pytest

from service.database.engine import create_engine, create_sessions
from service.database.queries.invariants import violations
from service.database.queries.week_figures import WeekFigures
from service.database.queries.week_turns import WeekTurns
from service.database.schema import migrate, scratch_database
from service.demo.facts import read_facts
from service.simulation.behaviours import Behaviours, Chance
from service.simulation.month import Month, simulate_month
from service.simulation.tables import month_table, turns_table
from tests.factories.plans import WEEK
from tests.factories.solves import clerks_solve

OFTEN = replace(
    Behaviours(),
    dearer=Chance("a higher price is asked for a line", 0.05),
    give_back=Chance("goods of an accepted order are given back", 0.6),
    recall=Chance("goods of a cooking day are called back", 0.4),
)
"""In so small a city seldom things would not happen at all."""
TINY = Month(kitchens=2, cooperatives=2, weeks=1, seed=7, habits=OFTEN, hours=(6, 10, 14, 16, 20))
FIGURES = [
    WeekFigures(
        week_start=WEEK,
        demanded_g=10_275_770,
        ordered_g=7_496_800,
        delivered_g=7_295_726,
        wasted_g=174_074,
        late_g=227_000,
        rejected_g=14_074,
        invoiced_idr=126_402_260,
        paid_in_time_idr=123_421_315,
    )
]
TURNS = [
    WeekTurns(
        week_start=WEEK,
        withdrawn_g=133_000,
        recalled_g=29_000,
        proposed=2,
        agreed=1,
        packs_owed_idr=92_507_150,
        packs_idr=92_507_150,
        repairs=7,
        held_back=0,
        failed=0,
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
                lived = await simulate_month(sessions, read_facts(), month, solve=clerks_solve)
                async with sessions() as session:
                    return lived, await violations(session)
            finally:
                await engine.dispose()

    return live


async def test_the_seed_of_a_tiny_city_always_ends_in_this_table_and_the_books_are_right(live):
    lived, broken = await live(TINY)
    assert broken == []
    assert [week.figures for week in lived] == FIGURES
    assert [week.turns for week in lived] == TURNS


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


def test_what_else_happened_has_a_row_for_each_week_and_one_for_all():
    table = turns_table([WeekTurns(WEEK, 1_500_000, 250_000, 12, 7, 90_000_000, 81_500_000, 6, 1, 2)] * 2)
    assert [list(column.cells)[1:] for column in table.columns] == [
        ["2026-W49", "all"],
        ["1.50", "3.00"],
        ["0.25", "0.50"],
        ["12", "24"],
        ["7", "14"],
        ["90.0", "180.0"],
        ["81.5", "163.0"],
        ["6", "12"],
        ["1", "2"],
        ["2", "4"],
    ]
