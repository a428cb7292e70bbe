"""Every pair of deeds on one order, interleaved at each of their lock steps: as if one had come after the other.

The negative control: with the locks taken away two answer the same line, and only the table itself refuses the second.
"""

from itertools import product

import pytest
from sqlalchemy.exc import IntegrityError

from tests.workflows.order_cases import Case
from tests.workflows.small_worlds import try_all

DEEDS = {
    "sent": (Case.answer, Case.decline_one, Case.expire),
    "noted": (Case.withdraw, Case.dispatch_less, Case.prepare),
    "left": (Case.receive, Case.dispatch_all, Case.withdraw),
}


def pairs(stage):
    return list(product(DEEDS[stage], DEEDS[stage]))


@pytest.mark.parametrize("stage", DEEDS)
async def test_whatever_the_interleaving_an_order_is_left_as_one_after_the_other_leaves_it(crowd, crowd_engine, stage):
    tried = await try_all(crowd_engine, crowd, stage, pairs(stage))
    assert tried.unexplained == []
    assert tried.count > len(pairs(stage))


async def test_with_the_locks_off_two_answer_the_same_line(crowd, crowd_engine, without_locks):
    with pytest.raises(IntegrityError, match="uq_answer_order_line_id"):
        await try_all(crowd_engine, crowd, "sent", pairs("sent"))
