"""Draw what cooperatives offer and what wholesalers have."""

from __future__ import annotations

import math

from service.simulation.drawing.draws import Drawing, Place, Row, T, stepped
from service.simulation.drawing.goods import ITEMS


def draw_cooperatives(drawing: Drawing, demands: list[Row]) -> tuple[list[Row], list[Row]]:
    """Draw who operates, what each can carry and pay, and what each offers."""
    r = drawing.r
    number = 8 if drawing.scenario == "few" else min(len(drawing.places), usually_operating(drawing.kitchens))
    active = r.sample(drawing.places, number)
    sizes = {place.code: r.uniform(0.3, 1.8) for place in active}
    whole = sum(sizes.values())
    weight = sum(line["qty"] * ITEMS[line["item"]].weight_g for line in demands)
    worth = sum(drawing.need[code] * goods.middle_idr / goods.per for code, goods in ITEMS.items())
    cooperatives, own = [], []
    for place in active:
        cooperative, mine = draw_cooperative(drawing, place, sizes[place.code] / whole, weight, worth)
        cooperatives.append(cooperative)
        own += mine
    return cooperatives, draw_offers(drawing, own)


def usually_operating(kitchens: int) -> int:
    """Return how many cooperatives operate beside so many kitchens, where there are as many villages."""
    return max(4, kitchens // 2)


def draw_cooperative(
    drawing: Drawing, place: Place, share: float, weight: float, worth: float
) -> tuple[Row, list[tuple[str, str, float]]]:
    """Draw one cooperative, and its part of what cooperatives have of each of its items."""
    r = drawing.r
    code = f"C{place.code[-7:].replace('.', '')}"
    is_chilled = r.random() < 0.6
    loads = [1.6 if drawing.is_one_day and day == 0 else 0.42 for day in range(T)]
    handling = [round(weight * share * load) for load in loads]
    cooperative = {
        "id": code,
        **drawing.home(place, 0.2),
        "radius_m": round(r.choice([5000, 7000, 9000]) * drawing.reach) if drawing.scenario != "few" else 15000,
        "capital_idr": round(worth * share * (0.45 if drawing.scenario == "cash" else 0.8)),
        "handling_g": handling,
        "cold_g": [round(grams * 0.6) if is_chilled else 0 for grams in handling],
        "markup_bp": r.choice([300, 400, 500, 600]),
        "fair_value_idr": round(worth * 0.6 * share),
    }
    kinds = r.sample(list(ITEMS), r.randint(6, 12))
    own = [(code, kind, share * r.uniform(0.4, 1.6)) for kind in kinds if is_chilled or not ITEMS[kind].is_cold]
    return cooperative, own


def draw_offers(drawing: Drawing, own: list[tuple[str, str, float]]) -> list[Row]:
    """Draw the offers of all cooperatives, item by item."""
    offers = []
    for code in ITEMS:
        mine = [part for part in own if part[1] == code]
        whole = sum(part[2] for part in mine)
        for cooperative, _, share in mine:
            wanted = drawing.need[code] * drawing.supply_factor * share / whole
            offers.append(draw_offer(drawing, cooperative, code, stepped(wanted, ITEMS[code].step)))
    return offers


def draw_offer(drawing: Drawing, cooperative: str, code: str, qty: int) -> Row:
    """Draw an offer's price, days, minimum and producer."""
    r, goods = drawing.r, ITEMS[code]
    start = r.choice([0, 0, 0, 1, 2])
    spread = goods.high_idr - goods.low_idr
    return {
        "id": f"O-{cooperative}-{code}",
        "cooperative": cooperative,
        "item": code,
        "qty": qty,
        "price_idr": round(r.uniform(goods.low_idr + 0.3 * spread, goods.high_idr * 1.002)),
        "from_day": drawing.day(start),
        "to_day": T - 1 if goods.keeps else min(T - 1, start + r.randint(1, 4)),
        "min_qty": stepped(qty * 0.25, goods.step) if r.random() < 0.15 else 0,
        "cash_bp": r.choice([0, 0, 3000, 7000]),
        "supplier": cooperative if r.random() < 0.4 else f"P-{cooperative}-{r.randint(1, 6)}",
    }


def draw_wholesalers(drawing: Drawing) -> tuple[list[Row], list[Row]]:
    """Draw the wholesalers and their stocks."""
    r = drawing.r
    wholesalers: list[Row] = []
    stocks: list[Row] = []
    for number in range(drawing.wholesalers):
        place = r.choice(drawing.places)
        code = f"W{number + 1:02d}"
        wholesalers.append({"id": code, **drawing.spot(place, 4), "min_order_idr": r.choice([1, 2, 3, 5]) * 1000000})
        stocks += [draw_stock(drawing, code, item) for item in r.sample(list(ITEMS), r.randint(8, 16))]
    return wholesalers, stocks


def draw_stock(drawing: Drawing, wholesaler: str, code: str) -> Row:
    """Draw a stock's packs, price and days."""
    r, goods = drawing.r, ITEMS[code]
    pack_qty = r.choice(goods.packs) * goods.per
    packs = math.ceil(drawing.need[code] * drawing.supply_factor * r.uniform(0.05, 0.35) / pack_qty)
    spread = goods.high_idr - goods.low_idr
    stock: Row = {
        "id": f"S-{wholesaler}-{code}",
        "wholesaler": wholesaler,
        "item": code,
        "packs": max(1, packs),
        "pack_qty": pack_qty,
        "price_idr": round(r.uniform(goods.low_idr * 0.88, goods.low_idr + 0.45 * spread) * pack_qty / goods.per),
        "from_day": 0,
        "to_day": T - 1,
        "supplier": wholesaler,
    }
    if not drawing.is_one_day and not goods.keeps:
        stock["from_day"] = r.choice([0, 0, 1, 2])
        stock["to_day"] = min(T - 1, stock["from_day"] + r.randint(1, 3))
    return stock
