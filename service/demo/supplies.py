"""How much of each item the market holds in the demo week, and at which prices."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from service.demo.calendars import COOKING_DAYS, WEEK_START
from service.demo.draws import stream
from service.demo.facts import Facts
from service.demo.facts.items import ItemFact
from service.domain.items import ColdChain, NeedClass
from service.domain.menus import POOLED_SHELF_LIFE_DAYS

LAST_DAY = WEEK_START + timedelta(days=COOKING_DAYS - 1)
_PLENTY = (1.15, 1.45)
_SCARCE = (0.75, 0.95)
_SCARCE_ITEMS = 3
_DEAR_IDR = 1000
_PRICE_UNIT_IDR = 50
_SMALL_PRICE_UNIT_IDR = 5
_OWN_SHARE = 0.5
_NEVER_SCARCE = frozenset({NeedClass.STAPLE, NeedClass.SUPPLY})


@dataclass(frozen=True, slots=True)
class Market:
    """Of each item what cooperatives and wholesalers hold together, base units, and the highest lawful price."""

    own_qty: Mapping[str, float]
    stock_qty: Mapping[str, float]
    price_limit_idr: Mapping[str, int]
    scarce: frozenset[str]


def make_market(facts: Facts, need: Mapping[str, int], *, seed: int) -> Market:
    """Return supply of about 1.3 times the need, less for a few items, so that there are shortages worth explaining."""
    draw = stream(seed, "market")
    known = facts.items_by_code()
    candidates = [code for code in need if known[code].need_class not in _NEVER_SCARCE]
    scarce = frozenset(draw.sample(candidates, _SCARCE_ITEMS))
    total = {code: qty * draw.uniform(*(_SCARCE if code in scarce else _PLENTY)) for code, qty in need.items()}
    total.setdefault("RICE-M", 0.15 * total.get("RICE-P", 0))
    caps = {cap.item_code: cap.price_idr for cap in facts.price_caps if cap.zone == facts.region.price_zone}
    limits = {item.code: min(item.price_high_idr, caps.get(item.code, item.price_high_idr)) for item in facts.items}
    own = {code: qty * _OWN_SHARE for code, qty in total.items()}
    return Market(own, {code: qty - own[code] for code, qty in total.items()}, limits, scarce)


def keeps(item: ItemFact) -> bool:
    """Tell whether an item can wait for the whole week, so that it is delivered once."""
    lasts = item.shelf_life_days is None or item.shelf_life_days >= POOLED_SHELF_LIFE_DAYS
    return lasts and item.cold_chain is ColdChain.NONE


def days_on_sale(item: ItemFact, draw: random.Random, *, most_days: int) -> tuple[date, date]:
    """Return from when to when goods are to be had: all week if they keep, else a few days."""
    if keeps(item):
        return WEEK_START, LAST_DAY
    starts = WEEK_START + timedelta(days=draw.choice((0, 0, 0, 1, 2)))
    return starts, min(LAST_DAY, starts + timedelta(days=draw.randint(1, most_days)))


def rounded_price(price_idr: float, *, limit_idr: int) -> int:
    """Return a price as sellers write it, never above the limit."""
    unit = _PRICE_UNIT_IDR if limit_idr >= _DEAR_IDR else _SMALL_PRICE_UNIT_IDR
    return min(limit_idr, max(unit, int(price_idr) // unit * unit))
