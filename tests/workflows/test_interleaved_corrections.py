"""Suspensions, counter-prices and corrections between the deeds of the order cycle, at each of their lock steps.

As if one had come after the other, whatever the interleaving, and the rules of the books hold after all of them. The
negative control: with the locks taken away a suspension and an answer leave what no turn explains.
"""

import pytest

from tests.workflows.order_cases import Case
from tests.workflows.small_worlds import try_all

DEEDS = {
    "sent": [(Case.suspend, Case.answer), (Case.propose, Case.decline_one)],
    "asked": [(Case.decide, Case.suspend), (Case.decide, Case.expire)],
    "noted": [(Case.suspend, Case.dispatch_less), (Case.suspend, Case.prepare)],
    "weighed": [(Case.weigh_less, Case.countersign)],
    "signed": [(Case.reject, Case.pay), (Case.reject, Case.reject)],
}


@pytest.mark.parametrize("stage", DEEDS)
async def test_a_correction_between_the_steps_of_another_deed_leaves_what_one_after_the_other_leaves(
    crowd, crowd_engine, stage
):
    pairs = list(dict.fromkeys([*DEEDS[stage], *((second, first) for first, second in DEEDS[stage])]))
    tried = await try_all(crowd_engine, crowd, stage, pairs)
    assert tried.unexplained == []
    assert tried.count > len(pairs)
    assert tried.done == {deed.__name__ for pair in pairs for deed in pair}


async def test_what_can_still_be_taken_back_does_not_go_to_others_while_it_is_declined_anew(crowd, crowd_engine):
    """The job of an answer that was taken back comes while the next one is being written."""
    pairs = [(Case.decline_one, Case.move), (Case.move, Case.decline_one)]
    tried = await try_all(crowd_engine, crowd, "sent", pairs, undo_minutes=5)
    assert tried.unexplained == []
    assert tried.done == {"decline_one", "move"}


async def test_with_the_locks_off_a_suspension_and_an_answer_leave_what_no_turn_leaves(
    crowd, crowd_engine, without_locks
):
    tried = await try_all(crowd_engine, crowd, "sent", [(Case.suspend, Case.answer), (Case.answer, Case.suspend)])
    assert tried.unexplained != []
