"""The last goods of an offer and the last packs of a stock go to one of many who want them at the same moment.

Few clients and seeds; `benchmarks/last_unit.py` runs 2, 10 and 50 clients with 100 seeds each.
"""

from collections import Counter

import pytest

from tests.workflows.last_unit import the_last_unit

SEEDS = range(5)


@pytest.mark.parametrize("clients", [2, 10])
async def test_the_last_unit_goes_to_one_and_the_others_are_told(crowd, clients):
    race = await the_last_unit(crowd, clients)
    for seed in SEEDS:
        results = await race.race(seed)
        told = Counter(type(result).__name__ for result in results)
        assert told == {"PublishedPlan": 1, "SupplyExhausted": clients - 1}, f"seed {seed}"
        assert await race.wrong() == [], f"seed {seed}"
        await race.again(next(result for result in results if not isinstance(result, Exception)))


async def test_with_the_locks_off_the_same_race_fails(crowd, without_locks):
    race = await the_last_unit(crowd, 10)
    told = Counter(type(result).__name__ for result in await race.race(1))
    assert told != {"PublishedPlan": 1, "SupplyExhausted": 9}
