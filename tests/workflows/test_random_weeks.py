"""Weeks lived at random by everybody at once: the books are right after every step. The seed is the test's name.

Few seeds; `benchmarks/random_weeks.py` lives as many as one likes.
"""

import pytest

from tests.workflows.random_weeks import live_a_week

SEEDS = range(8)


@pytest.mark.parametrize("seed", SEEDS)
async def test_whatever_everybody_does_the_books_are_right_after_every_step(work, clock, seed):
    await live_a_week(work, clock, seed)
