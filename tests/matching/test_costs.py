"""Every cost term worked out by hand."""

import pytest

from service.matching.check import check
from service.matching.costs import weighted_shortage
from service.matching.plan import PackPurchase, Plan, PlanStatus
from service.matching.problem import ShortageStep, TierPrices
from service.matching.rules import Term
from tests.factories import problems as make

STEPS = (ShortageStep(0, 10_000), ShortageStep(2_000, 13_000), ShortageStep(5_000, 17_000))


def report_of(problem, *lines, bought=()):
    plan = Plan(tuple(lines), tuple(PackPurchase(*purchase) for purchase in bought), 0.0, None, PlanStatus.FEASIBLE)
    return check(problem, plan)


def cost(problem, *lines, bought=()):
    """The terms that are not 0."""
    report = report_of(problem, *lines, bought=bought)
    assert list(report.cost_idr) == list(Term)
    assert report.total_idr == pytest.approx(sum(report.cost_idr.values()))
    return {term: pytest.approx(idr) for term, idr in report.cost_idr.items() if idr}


FULL = make.line()
OFFER = make.offer()
GOODS = 200_000
"""20 kg at Rp 10,000."""


@pytest.mark.parametrize(
    ("short", "weighted"),
    [(0, 0), (1_000, 1_000), (2_000, 2_000), (3_000, 2_000 + 1_300), (10_000, 2_000 + 3_900 + 8_500)],
)
def test_each_part_of_a_shortage_counts_at_the_factor_of_its_step(short, weighted):
    assert weighted_shortage(short, 10_000, STEPS) == pytest.approx(weighted)


def test_what_is_missing_costs_the_items_shortage_price():
    """14 kg of 20 missing, Rp 100,000 a kg: 4 at 1, 6 at 1.3, 4 at 1.7, so 18.6 kg."""
    problem = make.problem(offers=(OFFER,), policy=make.policy(shortage_steps=STEPS))
    assert cost(problem, make.line(qty=6_000)) == {Term.SHORTAGE: 1_860_000, Term.GOODS: 60_000}


def test_what_a_substitute_does_not_cover_is_missing():
    """10 kg of noodles at 90 % cover 9 of 20 kg."""
    problem = make.problem(
        items=(make.item(), make.item("NOODLE")),
        offers=(make.offer(item="NOODLE"),),
        demands=(make.demand(substitutes=(make.substitute(covers_bp=9_000, penalty_idr=400),)),),
    )
    expected = {Term.SHORTAGE: 1_100_000, Term.GOODS: 100_000, Term.SUBSTITUTION: 4_000}
    assert cost(problem, make.line(item="NOODLE", qty=10_000)) == expected


def test_covering_a_bit_too_much_is_no_shortage():
    problem = make.problem(
        items=(make.item(), make.item("NOODLE")),
        offers=(make.offer(item="NOODLE"),),
        demands=(make.demand(substitutes=(make.substitute(covers_bp=9_000),)),),
    )
    assert cost(problem, make.line(item="NOODLE", qty=23_000)) == {Term.GOODS: 230_000}


def test_carrying_costs_by_weight_and_distance():
    """20 kg over 1.000 km at Rp 60."""
    problem = make.problem(
        offers=(OFFER,), kitchens=(make.kitchen(**make.NORTH_1_KM),), policy=make.policy(carry_idr_per_kg_km=60)
    )
    assert cost(problem, FULL) == {Term.GOODS: GOODS, Term.CARRY: 1_200}


def test_each_drop_costs_its_stop_and_its_way_once():
    problem = make.problem(
        offers=(OFFER,),
        demands=(make.demand(), make.demand("D2"), make.demand("D3", day=1)),
        kitchens=(make.kitchen(**make.NORTH_1_KM),),
        policy=make.policy(drop_idr=60_000, drop_idr_per_km=5_000),
    )
    lines = FULL, make.line(demand="D2"), make.line(demand="D3")
    assert cost(problem, *lines) == {Term.GOODS: 3 * GOODS, Term.DROPS: 130_000}


@pytest.mark.parametrize(("kelurahan", "kecamatan", "idr"), [("V1", "D1", 20), ("V2", "D1", 60), ("V2", "D2", 140)])
def test_goods_from_further_away_cost_their_tier(kelurahan, kecamatan, idr):
    """20 kg at Rp 1, 3 or 7 a kg."""
    problem = make.problem(
        offers=(OFFER,),
        cooperatives=(make.cooperative(kelurahan=kelurahan, kecamatan=kecamatan),),
        policy=make.policy(tier_idr_per_kg=TierPrices(1, 3, 7), wholesale_idr_per_kg=11),
    )
    assert cost(problem, FULL) == {Term.GOODS: GOODS, Term.LOCALITY: idr}


def test_a_wholesalers_goods_cost_their_surcharge_their_freight_and_what_stays_in_the_pack():
    """15 kg in two packs of 10 kg at Rp 90,000: 15 x 200 surcharge, 20 kg x 1 km x 20, 5 kg of 9,000 at 70 %."""
    problem = make.problem(
        items=(make.item(leftover_bp=7_000),),
        wholesalers=(make.wholesaler(**make.NORTH_1_KM),),
        stocks=(make.stock(),),
        demands=(make.demand(qty=15_000),),
        policy=make.policy(freight_idr_per_kg_km=20, wholesale_idr_per_kg=200),
    )
    expected = {Term.GOODS: 135_000, Term.LOCALITY: 3_000, Term.FREIGHT: 400, Term.LEFTOVER: 31_500}
    assert cost(problem, make.line(source="S1", qty=15_000), bought=[("S1", "C1", 2)]) == expected


def test_a_cooperative_below_its_fair_value_costs_a_share_of_what_it_lacks():
    """Rp 50,000 lacking at one, 100,000 at the other, nothing at the third, at 3 %."""
    cooperatives = (
        make.cooperative(fair_value_idr=250_000),
        make.cooperative("C2", fair_value_idr=100_000),
        make.cooperative("C3"),
    )
    problem = make.problem(offers=(OFFER,), cooperatives=cooperatives, policy=make.policy(fairness_bp=300))
    assert cost(problem, FULL) == {Term.GOODS: GOODS, Term.FAIRNESS: 4_500}


def test_one_cooperatives_value_above_its_share_of_the_kitchens_need_costs():
    """Need 20 kg x 15,000 = 300,000; 40 % of it is 120,000; 80,000 above at 5 %."""
    problem = make.problem(
        offers=(OFFER,), kitchens=(make.kitchen(max_share_bp=4_000),), policy=make.policy(share_bp=500)
    )
    assert cost(problem, FULL) == {Term.GOODS: GOODS, Term.SHARE: 4_000}


@pytest.mark.parametrize(("min_value_idr", "missing"), [(100_000, 1), (100_001, 3)])
def test_a_kitchen_with_too_few_suppliers_of_some_value_costs_for_each_one_missing(min_value_idr, missing):
    """Two suppliers with Rp 100,000 each where three are asked for; the second's 10 kg come in two lines."""
    problem = make.problem(
        offers=(OFFER, make.offer("O2", supplier="P2"), make.offer("O3", supplier="P2", price_idr=10_000)),
        kitchens=(make.kitchen(min_suppliers=3),),
        policy=make.policy(supplier_gap_idr=50_000, supplier_min_value_idr=min_value_idr),
    )
    lines = make.line(qty=10_000), make.line(source="O2", qty=4_000), make.line(source="O3", qty=6_000)
    assert cost(problem, *lines) == {Term.GOODS: GOODS, Term.SUPPLIERS: missing * 50_000}


def test_moving_goods_against_the_plan_before_costs_by_weight():
    """5 kg less here, 10 kg gone with their source, 15 kg new: 30 kg at Rp 500."""
    problem = make.problem(
        offers=(OFFER, make.offer("O2")),
        policy=make.policy(change_idr_per_kg=500),
        previous=(make.line(qty=10_000), make.line(source="GONE", qty=10_000)),
    )
    lines = make.line(qty=5_000), make.line(source="O2", qty=15_000)
    assert cost(problem, *lines) == {Term.GOODS: GOODS, Term.CHANGE: 15_000}


def test_without_a_plan_before_nothing_has_changed():
    assert cost(make.problem(offers=(OFFER,), policy=make.policy(change_idr_per_kg=500)), FULL) == {Term.GOODS: GOODS}


def test_a_line_of_an_unknown_item_has_no_weight_to_move():
    problem = make.problem(
        offers=(OFFER,), policy=make.policy(change_idr_per_kg=500), previous=(make.line(qty=20_000),)
    )
    assert cost(problem, FULL, make.line(item="GONE")) == {Term.GOODS: GOODS}


def test_the_figures_say_what_people_ask_for():
    """K1 lacks 5 of 20 kg, K2 nothing of 30; C1 sells half in its own kelurahan."""
    problem = make.problem(
        kitchens=(make.kitchen(), make.kitchen("K2", kelurahan="V2")),
        cooperatives=(make.cooperative(fair_value_idr=7), make.cooperative("C2", kelurahan="V9", kecamatan="D9")),
        offers=(OFFER,),
        stocks=(make.stock(price_idr=100_000),),
        demands=(make.demand(), make.demand("D2", kitchen="K2", qty=30_000)),
    )
    lines = (
        make.line(qty=15_000),
        make.line(demand="D2", qty=10_000),
        make.line(demand="D2", source="S1", cooperative="C2", qty=20_000),
    )
    figures = report_of(problem, *lines, bought=[("S1", "C2", 2)]).figures
    assert (figures.need_kg, figures.short_kg, figures.fill_share) == (50, 5, pytest.approx(0.9))
    assert figures.lowest_fill_share == pytest.approx(0.75)
    assert (figures.drops, figures.pairs, figures.same_kelurahan_pairs) == (3, 3, 1)
    assert figures.value_idr == 450_000
    assert figures.same_kelurahan_value_share == pytest.approx(150 / 450)
    assert figures.same_kecamatan_value_share == pytest.approx(250 / 450)
    assert figures.wholesale_value_share == pytest.approx(200 / 450)
    assert [(k.kitchen, k.short_kg, k.suppliers) for k in figures.kitchens] == [("K1", 5, 1), ("K2", 0, 2)]
    assert [(c.cooperative, c.value_idr, c.fair_value_idr) for c in figures.cooperatives] == [
        ("C1", 250_000, 7),
        ("C2", 200_000, 0),
    ]


def test_a_week_without_demand_is_filled():
    figures = report_of(make.problem(demands=())).figures
    assert (figures.fill_share, figures.lowest_fill_share, figures.same_kelurahan_value_share) == (1, 1, 0)


def test_the_order_of_a_plans_lines_changes_nothing():
    problem = make.problem(offers=(OFFER, make.offer("O2")))
    lines = make.line(qty=5_000), make.line(source="O2", qty=15_000)
    assert report_of(problem, *lines) == report_of(problem, *reversed(lines))
