"""Plans with packs that orders hold, beside a plan that holds none: one stock, at the price that each problem has."""

import pytest

from service.matching.greedy import greedy
from service.matching.held_stocks import held_source
from service.matching.why.plan_changes import ChangeCause, explain_plan_changes
from service.matching.why.whole_stocks import with_whole_stocks
from tests.factories import problems as make

NEEDS = make.demand(), make.demand("D2", qty=10_000)
HELD = make.line(source=held_source("S1", "C1"))


def dearer(price_idr=99_000, *, is_open=True):
    """20 kg of the stock are held, and it costs 99,000 a pack of 10 kg now instead of 90,000."""
    held = make.stock(HELD.source, packs=1, pack_qty=20_000, price_idr=2 * price_idr)
    left = (make.stock(packs=8, price_idr=price_idr),) if is_open else ()
    return make.problem(stocks=(*left, held), demands=NEEDS, fixed=(HELD,), previous=(HELD,))


def test_each_problem_keeps_its_own_price_of_a_stock():
    """20 kg cost 18,000 more; 10 kg that were short are bought for 99,000, which nothing but the price explains."""
    before = make.problem(stocks=(make.stock(packs=2),), demands=NEEDS)
    pairs = (dearer(), greedy(dearer())), (before, greedy(before))
    (problem, plan), (earlier_problem, earlier_plan) = with_whole_stocks(*pairs)
    assert [stock.price_idr for x in (problem, earlier_problem) for stock in x.stocks] == [99_000, 90_000]
    answer = explain_plan_changes(problem, plan, earlier_problem=earlier_problem, earlier_plan=earlier_plan)
    costs = {cause.cause: (cause.direct_idr, cause.reaction_idr) for cause in answer.causes}
    assert answer.difference_idr == pytest.approx(18_000 - 901_000)
    assert costs[ChangeCause.PRICE] == pytest.approx((18_000, 0), abs=1e-3)


def test_each_problem_keeps_its_own_packs_of_a_stock():
    before = make.problem(stocks=(make.stock(pack_qty=5_000, price_idr=45_000),), demands=NEEDS)
    (_, plan), (_, earlier) = with_whole_stocks((dearer(), greedy(dearer())), (before, greedy(before)))
    assert [(x.stock, x.packs) for x in (*plan.purchases, *earlier.purchases)] == [("S1", 3), ("S1", 6)]


def test_of_a_stock_that_is_not_open_any_more_the_other_problem_tells_the_packs():
    sold_out, before = dearer(is_open=False), make.problem(stocks=(make.stock(),), demands=NEEDS)
    (problem, plan), _ = with_whole_stocks((sold_out, greedy(sold_out)), (before, greedy(before)))
    assert [(x.id, x.packs, x.pack_qty, x.price_idr) for x in problem.stocks] == [("S1", 2, 10_000, 90_000)]
    assert [(x.stock, x.packs) for x in plan.purchases] == [("S1", 2)]
