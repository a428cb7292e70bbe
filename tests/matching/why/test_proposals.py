"""What helps a short line: for each rule that binds the smallest change, with the truth worked out by hand.

One line of 20 kg of rice at Rp 100,000 of shortage per kg; rice costs Rp 10,000 per kg unless said otherwise.
"""

import pytest

from service.matching.greedy import greedy
from service.matching.why.reasons import ReasonCode
from service.matching.why.relaxations import RelaxationCode, known_substitutes
from service.matching.why.sentences.relaxations import condition
from service.matching.why.sentences.wording import Language
from service.matching.why.short_line import explain_short_line
from tests.factories import problems as make

OFFER = {"offers": (make.offer(),)}
STOCK = {"stocks": (make.stock(),)}
CASH_OFFER = {"offers": (make.offer(cash_bp=10_000),)}
SECOND = (make.kitchen(), make.kitchen("K2"))
TWO = {
    "kitchens": SECOND,
    "offers": (make.offer(qty=20_000),),
    "demands": (make.demand(), make.demand("D2", kitchen="K2")),
}


def ask(problem):
    return explain_short_line(problem, greedy(problem), "D1")


def helps(answer):
    return {x.relaxation.code: x for x in answer.helps}


NORTH = {"kitchens": (make.kitchen(**make.NORTH_1_KM),)}
CASES = [
    pytest.param(
        {}, ReasonCode.NO_ELIGIBLE_SUPPLY, RelaxationCode.EXTRA_SUPPLY, (20_000, 20_000, 300_000), id="extra supply"
    ),
    pytest.param(
        {"offers": (make.offer(qty=12_000),)},
        ReasonCode.STOCK_USED_UP,
        RelaxationCode.EXTRA_SUPPLY,
        (8_000, 8_000, 80_000),
        id="extra supply at the offer's price",
    ),
    pytest.param(
        {"offers": (make.offer(from_day=1),)},
        ReasonCode.OUTSIDE_DAYS,
        RelaxationCode.OFFER_DAYS_WIDER,
        (-1, 20_000, 200_000),
        id="offer a day earlier",
    ),
    pytest.param(
        {"offers": (make.offer(to_day=0),), "demands": (make.demand(day=1),)},
        ReasonCode.OUTSIDE_DAYS,
        RelaxationCode.OFFER_DAYS_WIDER,
        (1, 20_000, 200_000),
        id="offer a day longer",
    ),
    pytest.param(
        {"stocks": (make.stock(from_day=1),)},
        ReasonCode.OUTSIDE_DAYS,
        RelaxationCode.DAY_LATER,
        (1, 20_000, 180_000),
        id="line a day later",
    ),
    pytest.param(
        {"stocks": (make.stock(to_day=0),), "demands": (make.demand(day=1),)},
        ReasonCode.OUTSIDE_DAYS,
        RelaxationCode.DAY_EARLIER,
        (1, 20_000, 180_000),
        id="line a day earlier",
    ),
    pytest.param(
        {
            "items": (make.item(), make.item("NOODLE")),
            "offers": (make.offer(item="NOODLE", qty=21_000),),
            "demands": (
                make.demand(),
                make.demand("D2", qty=1_000, substitutes=(make.substitute(penalty_idr=500),), kitchen="K2"),
            ),
            "kitchens": SECOND,
        },
        ReasonCode.NO_ELIGIBLE_SUPPLY,
        RelaxationCode.ALLOW_SUBSTITUTE,
        (10_000, 20_000, 20 * 10_500),
        id="a substitute as another line takes it",
    ),
    pytest.param(
        OFFER | {"kitchens": (make.kitchen(max_drops_per_day=0),)},
        ReasonCode.DROPS_USED_UP,
        RelaxationCode.ONE_MORE_DROP,
        (1, 20_000, 200_000),
        id="one more drop",
    ),
    pytest.param(
        {"offers": (make.offer(price_idr=15_200),)},
        ReasonCode.PRICE_ABOVE_LIMIT,
        RelaxationCode.HIGHER_PRICE_LIMIT,
        (200, 20_000, 304_000),
        id="price limit",
    ),
    pytest.param(
        CASH_OFFER | {"cooperatives": (make.cooperative(capital_idr=0),)},
        ReasonCode.CAPITAL_USED_UP,
        RelaxationCode.MORE_CAPITAL,
        (200_000, 20_000, 200_000),
        id="capital for own goods",
    ),
    pytest.param(
        STOCK | {"cooperatives": (make.cooperative(capital_idr=80_000),)},
        ReasonCode.CAPITAL_USED_UP,
        RelaxationCode.MORE_CAPITAL,
        (180_000, 20_000, 180_000),
        id="capital for packs",
    ),
    pytest.param(
        OFFER | {"kitchens": (make.kitchen(budget_idr={"ingredient": 5_000}),)},
        ReasonCode.BUDGET_USED_UP,
        RelaxationCode.MORE_BUDGET,
        (200_000, 20_000, 200_000),
        id="budget",
    ),
    pytest.param(
        STOCK | {"wholesalers": (make.wholesaler(min_order_idr=200_000),)},
        ReasonCode.MINIMUM_OR_PACK,
        RelaxationCode.LOWER_MINIMUM_ORDER,
        (20_000, 20_000, 180_000),
        id="minimum order",
    ),
    pytest.param(
        {"offers": (make.offer(min_qty=26_000),)},
        ReasonCode.MINIMUM_OR_PACK,
        RelaxationCode.LOWER_OFFER_MINIMUM,
        (6_000, 20_000, 200_000),
        id="offer minimum",
    ),
    pytest.param(
        OFFER | {"cooperatives": (make.cooperative(handling_g=(0, 0)),)},
        ReasonCode.NO_HANDLING_CAPACITY,
        RelaxationCode.MORE_HANDLING,
        (20_000, 20_000, 200_000),
        id="handling",
    ),
    pytest.param(
        OFFER | {"items": (make.item(cold=True),), "cooperatives": (make.cooperative(cold_g=(0, 0)),)},
        ReasonCode.NO_COLD_CAPACITY,
        RelaxationCode.MORE_COLD,
        (20_000, 20_000, 200_000),
        id="cold room",
    ),
    pytest.param(
        OFFER | NORTH | {"cooperatives": (make.cooperative(radius_m=550),)},
        ReasonCode.OUT_OF_RADIUS,
        RelaxationCode.WIDER_RADIUS,
        (500, 20_000, 200_000),
        id="radius of the offer's cooperative",
    ),
    pytest.param(
        STOCK | NORTH | {"cooperatives": (make.cooperative(radius_m=550), make.cooperative("C2", radius_m=950))},
        ReasonCode.OUT_OF_RADIUS,
        RelaxationCode.WIDER_RADIUS,
        (100, 20_000, 180_000),
        id="radius of the cooperative that is least too far",
    ),
]


@pytest.mark.parametrize(("parts", "reason", "code", "figures"), CASES)
def test_each_rule_that_binds_is_named_with_the_smallest_change_that_helps(parts, reason, code, figures):
    amount, recovered, cost = figures
    problem = make.problem(**parts)
    answer = ask(problem)
    assert reason in {found.code for found in answer.reasons}
    help_ = helps(answer)[code]
    assert (help_.relaxation.amount, help_.recovered_qty) == (amount, recovered)
    assert help_.cost_idr == pytest.approx(cost)
    assert help_.difference_idr == pytest.approx(cost - recovered * 100)
    assert help_.is_proven


def test_the_price_limit_is_raised_by_the_least_that_helps():
    offers = tuple(make.offer(f"O{n}", price_idr=15_000 + 100 * n, qty=8_000) for n in (3, 1, 2))
    help_ = helps(ask(make.problem(offers=offers)))[RelaxationCode.HIGHER_PRICE_LIMIT]
    assert (help_.relaxation.amount, help_.relaxation.source, help_.recovered_qty) == (100, "O1", 8_000)


@pytest.mark.parametrize(("unit", "per", "said"), [("g", 1_000, "kg"), ("ml", 1_000, "liter"), ("pc", 1, "buah")])
def test_a_price_limit_is_said_in_the_unit_of_the_item(unit, per, said):
    problem = make.problem(
        items=(make.item(unit=unit, per=per, step=per),),
        offers=(make.offer(price_idr=15_200, qty=20 * per),),
        demands=(make.demand(qty=20 * per),),
    )
    limit = helps(ask(problem))[RelaxationCode.HIGHER_PRICE_LIMIT].relaxation
    assert limit.unit == unit
    assert condition(limit, "RICE", Language.INDONESIAN, {}) == f"Jika batas harga RICE naik Rp 200 per {said}"


def test_extra_supply_names_the_kecamatan_and_a_cooperative_within_reach():
    problem = make.problem(
        cooperatives=(
            make.cooperative(radius_m=500, **make.NORTH_1_KM),
            make.cooperative("C2", kecamatan="D2", **make.NORTH_1_KM),
        )
    )
    extra = helps(ask(problem))[RelaxationCode.EXTRA_SUPPLY].relaxation
    assert (extra.kecamatan, extra.cooperative, extra.item, extra.price_idr) == ("D2", "C2", "RICE", 15_000)


def test_a_promised_line_is_not_moved_to_another_day():
    problem = make.problem(offers=(make.offer(qty=5_000),), fixed=(make.line(qty=5_000),))
    shown = helps(ask(problem))
    assert RelaxationCode.EXTRA_SUPPLY in shown
    assert not {RelaxationCode.DAY_EARLIER, RelaxationCode.DAY_LATER} & set(shown)


def test_the_price_limit_of_a_substitute_is_raised_alone():
    problem = make.problem(
        items=(make.item(), make.item("NOODLE"), make.item("BREAD")),
        offers=(make.offer(item="NOODLE", price_idr=15_300),),
        demands=(make.demand(substitutes=(make.substitute("BREAD"), make.substitute())),),
    )
    limit = helps(ask(problem))[RelaxationCode.HIGHER_PRICE_LIMIT].relaxation
    assert (limit.amount, limit.item) == (300, "NOODLE")
    (demand,) = limit.apply(problem).demands
    assert (demand.max_price_idr, [s.max_price_idr for s in demand.substitutes]) == (15_000, [15_000, 15_300])


def test_a_substitute_is_known_also_from_lines_that_take_this_item_for_it():
    """4 kg of rice stand in for 5 kg of noodles, so 5 kg of noodles stand in for 4 kg of rice."""
    problem = make.problem(
        items=(make.item(), make.item("NOODLE")),
        demands=(
            make.demand(),
            make.demand("D2", item="NOODLE", substitutes=(make.substitute("RICE", covers_bp=12_500),)),
        ),
    )
    (found,) = known_substitutes(problem, problem.demands[0]).values()
    assert (found.item, found.covers_bp) == ("NOODLE", 8_000)


def test_a_change_under_which_a_promise_could_not_be_kept_is_no_help():
    """The second kitchen's promise is of all that the cooperative can handle on the later day."""
    problem = make.problem(
        **TWO
        | {
            "cooperatives": (make.cooperative(handling_g=(10_000, 20_000)),),
            "offers": (make.offer(),),
            "demands": (make.demand(), make.demand("D2", kitchen="K2", day=1)),
        },
        fixed=(make.line(demand="D2"),),
    )
    assert set(helps(ask(problem))) == {RelaxationCode.MORE_HANDLING}


def test_a_line_without_which_others_promises_fall_below_a_minimum_stays_on_its_day():
    """Of an offer of 30 kg that is sold whole, 10 kg are promised to the second kitchen; the rest goes to the first."""
    problem = make.problem(
        **TWO
        | {
            "offers": (make.offer(qty=30_000, min_qty=30_000, to_day=0), make.offer("O2", qty=9_000, from_day=1)),
            "demands": (make.demand(qty=25_000), make.demand("D2", kitchen="K2", qty=10_000)),
        },
        fixed=(make.line(demand="D2", qty=10_000),),
    )
    assert {RelaxationCode.EXTRA_SUPPLY} <= set(helps(ask(problem))) <= set(RelaxationCode) - {RelaxationCode.DAY_LATER}
