"""What the wholesalers have on the shelf for the demo week."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from service.demo.draws import stream
from service.demo.facts import Facts
from service.demo.facts.items import ItemFact
from service.demo.supplies import Market, days_on_sale, rounded_price
from service.demo.wholesalers import DemoWholesaler
from service.domain.units import PRICED_PER

_MOST_DAYS = 4


@dataclass(frozen=True, slots=True)
class DemoStock:
    """Whole packs of ``pack_qty`` base units at a price per pack, before the cooperative's mark-up."""

    wholesaler_code: str
    item_code: str
    packs: int
    pack_qty: int
    price_idr: int
    from_date: date
    to_date: date


def _stock(
    wholesaler: DemoWholesaler, item: ItemFact, draw: random.Random, *, pack_qty: int, qty: float, limit_idr: int
) -> DemoStock:
    low = item.price_low_idr
    unit_price = draw.uniform(0.9 * low, low + 0.3 * (limit_idr - low))
    per = PRICED_PER[item.unit]
    from_date, to_date = days_on_sale(item, draw, most_days=_MOST_DAYS)
    return DemoStock(
        wholesaler_code=wholesaler.code,
        item_code=item.code,
        packs=math.ceil(qty / pack_qty),
        pack_qty=pack_qty,
        price_idr=rounded_price(unit_price * pack_qty / per, limit_idr=limit_idr * pack_qty // per),
        from_date=from_date,
        to_date=to_date,
    )


def make_stocks(
    facts: Facts, market: Market, wholesalers: Iterable[DemoWholesaler], *, seed: int
) -> tuple[DemoStock, ...]:
    """Return the stocks by wholesaler and item; of each item they share what wholesalers hold."""
    draw = stream(seed, "stocks")
    known = facts.items_by_code()
    packs: dict[str, list[int]] = {}
    for pack in facts.packs:
        packs.setdefault(pack.item_code, []).append(pack.pack_qty)
    sellers = [(each, code) for each in wholesalers for code in each.item_codes]
    weights = {(each.code, code): draw.uniform(0.3, 1.7) for each, code in sellers}
    norms: dict[str, float] = {}
    for (_, code), weight in weights.items():
        norms[code] = norms.get(code, 0) + weight
    return tuple(
        _stock(
            each,
            known[code],
            draw,
            pack_qty=draw.choice(packs[code]),
            qty=market.stock_qty[code] * weights[each.code, code] / norms[code],
            limit_idr=market.price_limit_idr[code],
        )
        for each, code in sellers
    )
