"""What the operating cooperatives offer themselves in the demo week."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from service.demo.cooperatives import DemoCooperative
from service.demo.draws import steps_of, stream
from service.demo.facts import Facts
from service.demo.facts.items import ItemFact
from service.demo.supplies import Market, days_on_sale, rounded_price

_MINIMUM_CHANCE = 0.15
_MINIMUM_SHARE = 0.25
_PRODUCER_CHANCE = 0.6
_LOT_CHANCE = 0.6
_MOST_DAYS = 4


@dataclass(frozen=True, slots=True)
class DemoLot:
    lot_code: str
    lot_qty: int
    expires_date: date | None


@dataclass(frozen=True, slots=True)
class DemoOffer:
    """Goods in base units at a price per kilogram, litre or piece; the lots, if any, add up to the whole."""

    cooperative_code: str
    item_code: str
    offered_qty: int
    min_qty: int
    price_idr: int
    cash_bp: int
    from_date: date
    to_date: date
    origin_producer: str | None
    lots: tuple[DemoLot, ...]


def _lots(item: ItemFact, qty: int, to_date: date, draw: random.Random) -> tuple[DemoLot, ...]:
    """Return one or two lots; fresh goods are made on the day, so the last one is good beyond the last day."""
    if draw.random() >= _LOT_CHANCE:
        return ()
    first = qty // item.step_qty // 2 * item.step_qty if draw.random() < _LOT_CHANCE else 0
    expires = None if item.shelf_life_days is None else to_date + timedelta(days=max(1, item.shelf_life_days))
    return tuple(
        DemoLot(f"{item.code}-{number}", part, expires) for number, part in enumerate((qty - first, first), 1) if part
    )


def _offer(
    cooperative: DemoCooperative, item: ItemFact, draw: random.Random, *, qty: float, limit_idr: int
) -> DemoOffer:
    offered = steps_of(qty, item.step_qty)
    low = item.price_low_idr
    price = draw.uniform(low + 0.25 * (limit_idr - low), limit_idr)
    from_date, to_date = days_on_sale(item, draw, most_days=_MOST_DAYS)
    has_minimum = draw.random() < _MINIMUM_CHANCE
    from_producer = draw.random() < _PRODUCER_CHANCE
    return DemoOffer(
        cooperative_code=cooperative.code,
        item_code=item.code,
        offered_qty=offered,
        min_qty=steps_of(offered * _MINIMUM_SHARE, item.step_qty) if has_minimum else 0,
        price_idr=rounded_price(price, limit_idr=limit_idr),
        cash_bp=draw.choice((0, 0, 3000, 7000)),
        from_date=from_date,
        to_date=to_date,
        origin_producer=draw.choice(cooperative.producers) if from_producer else None,
        lots=_lots(item, offered, to_date, draw),
    )


def make_offers(
    facts: Facts, market: Market, cooperatives: Iterable[DemoCooperative], *, seed: int
) -> tuple[DemoOffer, ...]:
    """Return the offers by cooperative and item; of each item they share what cooperatives hold, larger ones more."""
    draw = stream(seed, "offers")
    known = facts.items_by_code()
    sellers = [(each, code) for each in cooperatives for code in each.item_codes]
    weights = {(each.code, code): each.weight_share * draw.uniform(0.4, 1.6) for each, code in sellers}
    norms: dict[str, float] = {}
    for (_, code), weight in weights.items():
        norms[code] = norms.get(code, 0) + weight
    return tuple(
        _offer(
            each,
            known[code],
            draw,
            qty=market.own_qty[code] * weights[each.code, code] / norms[code],
            limit_idr=market.price_limit_idr[code],
        )
        for each, code in sellers
    )
