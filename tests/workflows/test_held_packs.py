"""What orders hold of packs is a source of its own: a repair never counts on what opened packs have left."""

import uuid
from collections import Counter, defaultdict
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.orders import live_qty
from service.domain.organisations import OrganisationKind
from service.domain.policies import values_of
from service.domain.publishing import PlannedDelivery
from service.domain.repairs import new_deliveries
from service.domain.stocks import available_packs, packs_for
from service.matching.check import check
from service.matching.greedy import greedy
from service.matching.held_stocks import held_source, is_held, merged, stock_id_of
from service.matching.problem import Line
from service.matching.reader import read_problem
from service.matching.why.whole_stocks import with_whole_stocks
from service.matching.writer import write_problem
from service.workflows.held_packs import held_value_idr, with_own_ids
from service.workflows.scenario_changes import ScenarioGround, WhatIfChanges, scenario_of
from tests.factories.organisations import new_cooperative, new_organisation
from tests.factories.plans import PACK_QTY, WEEK, new_stock
from tests.factories.snapshots import IN_WEEK, KELURAHAN, a_line, a_snapshot, an_order_line, built, papers_of, reasons


def two_cooperatives():
    snapshot = a_snapshot()
    other = new_organisation(OrganisationKind.COOPERATIVE, code="C2", kelurahan_code=KELURAHAN)
    return replace(
        snapshot,
        cooperatives=[*snapshot.cooperatives, (other, new_cooperative(other))],
        documents={**snapshot.documents, other.id: papers_of(other)},
    )


def held(snapshot, places):
    """Orders hold these quantities (kg) of the stocks; each cooperative's packs are promised."""
    lines, qty = [], Counter()
    for place, (which, who, kilograms) in enumerate(places):
        kitchen_line = snapshot.demand[place % len(snapshot.demand)][1]
        stock, cooperative = snapshot.stocks[which], snapshot.cooperatives[who][0]
        fields = {"offer_id": None, "stock_id": stock.id, "price_idr": 12_600, "ordered_qty": kilograms * 1000}
        where = {"forecast_line_id": kitchen_line.id, "needed_date": kitchen_line.needed_date}
        lines.append((cooperative.id, an_order_line(snapshot, **fields, **where), None))
        qty[which, cooperative.id] += kilograms * 1000
    cost = Counter()
    for (which, cooperative_id), total in qty.items():
        packs = packs_for(total, pack_qty=PACK_QTY)
        snapshot.stocks[which].promised_packs += packs
        snapshot.stocks[which].packs += packs
        cost[cooperative_id] += packs * snapshot.stocks[which].price_idr
    return replace(snapshot, offers=[], ordered=lines, pack_cost_idr=dict(cost))


def packs_asked(snapshot, problem, plan):
    """The packs that publishing asks of each stock: each new order buys its own."""
    codes = {organisation.code: organisation.id for organisation, _ in snapshot.cooperatives}
    planned = [
        PlannedDelivery(
            id=uuid.uuid4(),
            forecast_line_id=uuid.UUID(line.demand),
            kitchen_id=uuid.uuid4(),
            cooperative_id=codes[line.cooperative],
            offer_id=None,
            stock_id=uuid.UUID(line.source),
            item_code=line.item,
            needed_date=WEEK,
            allocated_qty=line.qty,
            price_idr=0,
        )
        for line in merged(plan.allocations)
    ]
    promised = {
        (uuid.UUID(line.demand), uuid.UUID(line.source), codes[line.cooperative]): line.qty
        for line in merged(problem.fixed)
    }
    qty = defaultdict(int)
    for part in new_deliveries(planned, promised):
        qty[part.stock_id, part.cooperative_id] += part.allocated_qty
    asked = Counter()
    for (stock_id, _), total in qty.items():
        asked[stock_id] += packs_for(total, pack_qty=PACK_QTY)
    return asked


@given(
    places=st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1), st.integers(1, 60)), max_size=8),
    free=st.tuples(st.integers(0, 3), st.integers(0, 3)),
    needed=st.lists(st.integers(1, 120), min_size=2, max_size=5),
)
@settings(max_examples=60, deadline=None)
def test_a_repair_never_asks_for_more_packs_than_there_are(places, free, needed):
    snapshot = two_cooperatives()
    stocks = [new_stock(snapshot.wholesalers[0][0], packs=packs, promised_packs=0) for packs in free]
    days = zip(IN_WEEK, needed, strict=False)
    demand = [a_line(snapshot, needed_date=day, demanded_qty=qty * 1000) for day, qty in days]
    snapshot = held(replace(snapshot, stocks=stocks, demand=demand), places)
    problem = read_problem(write_problem(built(snapshot).problem))
    plan = greedy(problem)
    assert check(problem, plan).is_allowed
    asked = packs_asked(snapshot, problem, plan)
    assert all(asked[stock.id] <= available_packs(stock) for stock in stocks)
    bought = Counter()
    for purchase in plan.purchases:
        if not is_held(purchase.stock):
            bought[uuid.UUID(purchase.stock)] += purchase.packs
    assert asked == bought
    kept = Counter()
    for line in problem.fixed:
        kept[line.source] += line.qty
    assert {stock.id: stock.packs * stock.pack_qty for stock in problem.stocks if is_held(stock.id)} == kept
    assert sum(live_qty(line) for _, line, _ in snapshot.ordered) >= kept.total()


@given(price=st.integers(1, 10**7), pack=st.integers(1, 10**5), qty=st.integers(1, 10**6))
def test_held_goods_never_cost_more_than_their_part_of_the_packs(price, pack, qty):
    stock = new_stock(new_organisation(OrganisationKind.WHOLESALER), price_idr=price, pack_qty=pack)
    value = held_value_idr(stock, qty)
    assert value * pack <= price * qty < (value + 1) * pack
    assert value <= packs_for(qty, pack_qty=pack) * price


def test_the_name_of_what_is_held_tells_its_stock():
    stock_id, offer_id = uuid.uuid4(), uuid.uuid4()
    name = held_source(stock_id, "KKMP-01")
    assert (stock_id_of(name), is_held(name)) == (str(stock_id), True)
    assert (stock_id_of(str(offer_id)), is_held(str(offer_id))) == (str(offer_id), False)
    one, other = Line("D1", name, "KKMP-01", "RICE", 5), Line("D1", str(stock_id), "KKMP-01", "RICE", 7)
    assert merged([one, other]) == (Line("D1", str(stock_id), "KKMP-01", "RICE", 12),)


def test_an_answer_calls_every_source_by_the_id_that_people_know():
    stock_id = str(uuid.uuid4())
    found = {"sources": 2, "takers": [{"source": f"{stock_id}/C1", "qty": 5}], "relaxation": {"source": None}}
    assert with_own_ids(found) == {
        "sources": 2,
        "takers": [{"source": stock_id, "qty": 5}],
        "relaxation": {"source": None},
    }


def test_a_what_if_without_a_stock_takes_what_is_held_of_it_too():
    snapshot = a_snapshot()
    problem = built(held(snapshot, [(0, 0, 10), (0, 0, 7)])).problem
    stock_id = str(snapshot.stocks[0].id)
    ground = ScenarioGround(problem, values_of(snapshot.policy), snapshot.items, {})
    names = scenario_of(WhatIfChanges(without_sources=(stock_id,)), ground)["without"]
    assert names == [stock_id, f"{stock_id}/C1"]
    only_held = replace(problem, stocks=tuple(stock for stock in problem.stocks if is_held(stock.id)))
    ground = replace(ground, problem=only_held)
    assert scenario_of(WhatIfChanges(without_sources=(stock_id,)), ground)["without"] == [f"{stock_id}/C1"]


def test_plans_are_compared_with_whole_stocks():
    """10 kg are held; the repair adds 30 kg of the same demand: one line before and after, and no other source."""
    snapshot = a_snapshot()
    before = built(replace(snapshot, offers=[])).problem
    after = built(held(snapshot, [(0, 0, 10)])).problem
    plans = [(problem, greedy(problem)) for problem in (after, before)]
    (problem, plan), (_, earlier) = with_whole_stocks(*plans)
    assert check(problem, replace(plan, objective_idr=check(problem, plan).total_idr)).is_allowed
    assert {stock.id: stock.packs for stock in problem.stocks} == {str(snapshot.stocks[0].id): 101}
    assert not any(is_held(line.source) for line in (*plan.allocations, *problem.fixed, *problem.previous))
    assert earlier.allocations == plan.allocations
    assert with_whole_stocks(plans[1], plans[1]) == (plans[1], plans[1])


def test_the_plan_in_force_names_what_is_held_and_the_rest_by_the_stock():
    """Of 40 kg that were planned 10 kg are kept, the rest was declined."""
    snapshot = a_snapshot()
    stock, line, cooperative = snapshot.stocks[0], snapshot.demand[0][1], snapshot.cooperatives[0][0]
    planned = [(line.id, stock.id, cooperative.id, "RICE-M", 40_000)]
    kept = replace(held(snapshot, [(0, 0, 10)]), planned=planned)
    previous = {(entry.source, entry.qty) for entry in built(kept).problem.previous}
    assert previous == {(f"{stock.id}/C1", 10_000), (str(stock.id), 30_000)}


def test_packs_that_are_ordered_come_though_new_ones_would_be_too_late():
    snapshot = two_cooperatives()
    snapshot.wholesalers[0][1].lead_days = 30
    found = built(held(snapshot, [(0, 0, 10)]))
    name = held_source(snapshot.stocks[0].id, snapshot.cooperatives[0][0].code)
    assert [line.source for line in found.problem.fixed] == [name]
    assert [stock.id for stock in found.problem.stocks] == [name]
    assert "lead_time" in {reason for reason, _ in reasons(found, "stock")}
    assert check(found.problem, greedy(found.problem)).is_allowed
