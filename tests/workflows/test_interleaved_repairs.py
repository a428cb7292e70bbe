"""Plans and repairs that are published between the steps of other deeds of the order cycle, at each of their locks.

As if one had come after the other, whatever the interleaving, and after each of them the rules of the books hold. The
negative control: with the locks taken away a repair and lines that expire leave what no turn explains.
"""

import pytest

from tests.workflows.order_cases import Case
from tests.workflows.small_worlds import try_all

REPAIR = Case.publish_repair
DEEDS = {
    "planned": [(Case.publish, other) for other in (Case.publish, Case.withdraw_offer, Case.withdraw_stock)],
    "sent": [(REPAIR, other) for other in (REPAIR, Case.answer, Case.expire)],
    "noted": [(REPAIR, other) for other in (Case.withdraw, Case.dispatch_less)],
    "left": [(REPAIR, Case.receive)],
}


@pytest.mark.parametrize("stage", DEEDS)
async def test_a_plan_published_between_the_steps_of_another_deed_leaves_what_one_after_the_other_leaves(
    crowd, crowd_engine, stage
):
    pairs = list(dict.fromkeys([*DEEDS[stage], *((second, first) for first, second in DEEDS[stage])]))
    tried = await try_all(crowd_engine, crowd, stage, pairs, has_repair=stage != "planned")
    assert tried.unexplained == []
    assert tried.count > len(pairs)
    assert tried.done == {deed.__name__ for pair in pairs for deed in pair}


async def test_with_the_locks_off_a_repair_and_silence_leave_what_no_turn_leaves(crowd, crowd_engine, without_locks):
    pairs = [(REPAIR, Case.expire), (Case.expire, REPAIR)]
    tried = await try_all(crowd_engine, crowd, "sent", pairs, has_repair=True)
    assert tried.unexplained != []
