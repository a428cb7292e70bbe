"""The database rounds what a line is worth as everybody else does."""

import random

import sqlalchemy as sa

from service.database.queries import line_values
from service.domain.units import Unit, value_idr

LARGEST = 10**9
"""As much as a quantity or a price may be."""


async def test_a_line_is_worth_the_same_to_the_database_and_to_the_domain(session):
    chance = random.Random(7)
    lines = [(qty, price) for qty in (0, 1, 499, 500, 501, 999, LARGEST) for price in (1, 3, 1000, 14_901, LARGEST)]
    lines += [(chance.randrange(LARGEST), chance.randrange(1, LARGEST)) for _ in range(200)]
    for unit in Unit:
        for qty, price_idr in lines:
            amount, price = (sa.literal(one, sa.BigInteger) for one in (qty, price_idr))
            found = await session.scalar(sa.select(line_values.value_idr(amount, price, sa.literal(unit.value))))
            assert found == value_idr(qty=qty, price_idr=price_idr, unit=unit), (qty, price_idr, unit)
