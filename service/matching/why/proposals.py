"""Proposes what could help a short line: the smallest softening of each rule that alone keeps a source from it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from service.matching.problem import BP, Offer
from service.matching.why.reasons import ReasonCode
from service.matching.why.relaxations import Relaxation, RelaxationCode, known_substitutes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.matching.ledger import Arc
    from service.matching.problem import Cooperative, Demand, Stock
    from service.matching.why.local import Locality
    from service.matching.why.shortages import Desk, Judgement

TRIES = 2
"""Relaxations of one kind that are tried."""

SAME_SIZE = frozenset({RelaxationCode.EXTRA_SUPPLY, RelaxationCode.ALLOW_SUBSTITUTE})
"""Kinds of which no relaxation asks for less than another."""

_MONEY_STEP_IDR, _WEIGHT_STEP_G, _WAY_STEP_M = 10_000, 1_000, 100
"""Amounts are asked for in round numbers."""


def propose(locality: Locality, desk: Desk, demand: Demand, short_qty: int) -> dict[RelaxationCode, list[Relaxation]]:
    """Propose relaxations for a short line; none is proven to help.

    Parameters
    ----------
    locality, desk
        The plan, and the judgements of what it leaves free.
    demand
        A short line.
    short_qty
        What extra supply should bring, in base units of the demanded item.

    Returns
    -------
    dict[RelaxationCode, list[Relaxation]]
        At most a few of each kind: the smallest first; of extra supply the nearest cooperative first.
    """
    found: defaultdict[RelaxationCode, list[Relaxation]] = defaultdict(list)
    for relaxation in (
        *_of_rules(desk, demand, desk.judge(demand)),
        *_extra_supply(locality, demand, short_qty),
        *_other_days(locality, demand),
        *_substitutes(locality, demand),
    ):
        found[relaxation.code].append(relaxation)
    for code, relaxations in found.items():
        if code not in SAME_SIZE:
            relaxations.sort(key=lambda r: abs(r.amount))
        found[code] = relaxations[:TRIES]
    return dict(found)


def _of_rules(desk: Desk, demand: Demand, judgements: list[Judgement]) -> Iterator[Relaxation]:
    """One for every source that a single rule keeps away."""
    has_drop = False
    for judgement in judgements:
        if judgement.arc is None:
            yield from _radius(desk, demand, judgement.source)
        elif len(judgement.codes) == 1:
            (code,) = judgement.codes
            yield from _of_rule(desk, demand, judgement, judgement.arc, code)
        if ReasonCode.DROPS_USED_UP in judgement.codes and not has_drop:
            has_drop = True
            yield Relaxation(RelaxationCode.ONE_MORE_DROP, demand.id, 1)


def _of_rule(desk: Desk, demand: Demand, judgement: Judgement, arc: Arc, code: ReasonCode) -> Iterator[Relaxation]:
    source, cooperative = arc.source, arc.cooperative.id
    qty = _delivered(judgement, arc)
    limits = desk.ledger.limits(arc)
    match code:
        case ReasonCode.PRICE_ABOVE_LIMIT:
            over_idr = arc.price_idr - arc.limit_idr
            yield Relaxation(
                RelaxationCode.HIGHER_PRICE_LIMIT,
                demand.id,
                over_idr,
                item=arc.item.id,
                source=source.id,
                unit=arc.item.unit,
            )
        case ReasonCode.OUTSIDE_DAYS:
            days = demand.day - source.from_day if demand.day < source.from_day else demand.day - source.to_day
            yield Relaxation(
                RelaxationCode.OFFER_DAYS_WIDER,
                demand.id,
                days,
                item=arc.item.id,
                source=source.id,
                cooperative=cooperative,
            )
        case ReasonCode.OUT_OF_RADIUS:
            yield from _radius(desk, demand, source)
        case ReasonCode.CAPITAL_USED_UP:
            lacking = _cash_idr(arc, qty - max(0, limits.capital))
            yield Relaxation(
                RelaxationCode.MORE_CAPITAL, demand.id, _rounded_up(lacking, _MONEY_STEP_IDR), cooperative=cooperative
            )
        case ReasonCode.BUDGET_USED_UP:
            lacking = -(-(qty - max(0, limits.budget)) * arc.price_idr // arc.item.per)
            yield Relaxation(RelaxationCode.MORE_BUDGET, demand.id, _rounded_up(lacking, _MONEY_STEP_IDR))
        case ReasonCode.NO_HANDLING_CAPACITY:
            lacking = (qty - max(0, limits.handling)) * arc.item.weight_g
            yield Relaxation(
                RelaxationCode.MORE_HANDLING, demand.id, _rounded_up(lacking, _WEIGHT_STEP_G), cooperative=cooperative
            )
        case ReasonCode.NO_COLD_CAPACITY:
            lacking = (qty - max(0, limits.cold)) * arc.item.weight_g
            yield Relaxation(
                RelaxationCode.MORE_COLD, demand.id, _rounded_up(lacking, _WEIGHT_STEP_G), cooperative=cooperative
            )
        case ReasonCode.MINIMUM_OR_PACK:
            yield from _minimum(desk, demand, arc, qty)


def _delivered(judgement: Judgement, arc: Arc) -> int:
    """What the source would deliver, in base units of its own item."""
    return -(-judgement.qty * BP // arc.covers_bp) if arc.covers_bp else 0


def _cash_idr(arc: Arc, qty: int) -> int:
    """What the cooperative lays out for so much of a source."""
    source = arc.source
    if isinstance(source, Offer):
        return -(-qty * arc.price_idr * source.cash_bp // (arc.item.per * BP))
    return -(-qty // source.pack_qty) * source.price_idr


def _minimum(desk: Desk, demand: Demand, arc: Arc, qty: int) -> Iterator[Relaxation]:
    source = arc.source
    if isinstance(source, Offer):
        less = source.min_qty - desk.ledger.offer_used(source) - qty
        if less > 0 and qty > 0:
            yield Relaxation(
                RelaxationCode.LOWER_OFFER_MINIMUM,
                demand.id,
                less,
                item=source.item,
                source=source.id,
                cooperative=arc.cooperative.id,
                unit=arc.item.unit,
            )
        return
    less = desk.index.wholesalers[source.wholesaler].min_order_idr - desk.ledger.order_with(arc, qty)
    if less > 0 and qty > 0:
        yield Relaxation(
            RelaxationCode.LOWER_MINIMUM_ORDER,
            demand.id,
            less,
            item=source.item,
            source=source.id,
            cooperative=arc.cooperative.id,
            wholesaler=source.wholesaler,
        )


def _radius(desk: Desk, demand: Demand, source: Offer | Stock) -> Iterator[Relaxation]:
    """Let the cooperative come that is least too far away; for goods of a wholesaler, whichever that is."""
    kitchen = desk.index.kitchens[demand.kitchen]
    if isinstance(source, Offer):
        cooperatives = [desk.index.cooperatives[source.cooperative]]
    else:
        cooperatives = list(desk.index.problem.cooperatives)
    beyond = [(desk.index.delivery_m(c, kitchen) - c.radius_m, c.id) for c in cooperatives]
    far = [(metres, name) for metres, name in beyond if metres > 0]
    if far:
        metres, name = min(far)
        yield Relaxation(
            RelaxationCode.WIDER_RADIUS,
            demand.id,
            _rounded_up(metres, _WAY_STEP_M),
            item=source.item,
            source=source.id,
            cooperative=name,
        )


def _extra_supply(locality: Locality, demand: Demand, short_qty: int) -> Iterator[Relaxation]:
    """What is missing, offered by the nearest cooperative of each kecamatan that may come, the nearest first."""
    index, kitchen = locality.index, locality.index.kitchens[demand.kitchen]
    step = index.items[demand.item].step
    near: dict[str, Cooperative] = {}
    for cooperative in sorted(locality.problem.cooperatives, key=lambda c: (index.delivery_m(c, kitchen), c.id)):
        if index.delivery_m(cooperative, kitchen) <= cooperative.radius_m:
            near.setdefault(cooperative.kecamatan, cooperative)
    for kecamatan, cooperative in near.items():
        yield Relaxation(
            RelaxationCode.EXTRA_SUPPLY,
            demand.id,
            _rounded_up(short_qty, step),
            item=demand.item,
            cooperative=cooperative.id,
            kecamatan=kecamatan,
            price_idr=_going_price_idr(locality, demand, cooperative),
            unit=index.items[demand.item].unit,
        )


def _going_price_idr(locality: Locality, demand: Demand, cooperative: Cooperative) -> int:
    """The cooperative's own dearest price for the item, else the middle price of all offers; never above the limit."""
    offers = [o for o in locality.problem.offers if o.item == demand.item]
    own = [o.price_idr for o in offers if o.cooperative == cooperative.id]
    prices = sorted(o.price_idr for o in offers)
    price = max(own) if own else prices[len(prices) // 2] if prices else demand.max_price_idr
    return min(price, demand.max_price_idr)


def _other_days(locality: Locality, demand: Demand) -> Iterator[Relaxation]:
    """The whole line a day earlier or later; a promised line stays on its day."""
    if any(line.demand == demand.id for line in locality.problem.fixed):
        return
    if demand.day > 0:
        yield Relaxation(RelaxationCode.DAY_EARLIER, demand.id, 1)
    if demand.day + 1 < len(locality.problem.days):
        yield Relaxation(RelaxationCode.DAY_LATER, demand.id, 1)


def _substitutes(locality: Locality, demand: Demand) -> Iterator[Relaxation]:
    for item, terms in sorted(known_substitutes(locality.problem, demand).items()):
        yield Relaxation(RelaxationCode.ALLOW_SUBSTITUTE, demand.id, terms.covers_bp, item=item)


def _rounded_up(amount: int, step: int) -> int:
    return max(1, -(-amount // step)) * step
