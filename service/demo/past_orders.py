"""Four weeks of orders from before Pasok, so that lists and the fairness ledger have a past."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from service.demo.calendars import PAST_WEEK_STARTS
from service.demo.cooperatives import DemoCooperative
from service.demo.draws import stream
from service.demo.facts import Facts
from service.demo.facts.items import ItemFact
from service.demo.kitchens import MENU_CYCLES, DemoKitchen
from service.demo.needs import DemoLine, MenuBook, menu_lines
from service.demo.supplies import Market, rounded_price
from service.domain.orders import DeclineReason
from service.domain.places import distance_m

_ORDERED_SHARE = 0.34
"""Of a kitchen's lines; the rest it bought elsewhere."""
_LESS_CHANCE = 0.08
_DECLINED_CHANCE = 0.04
_REASONS = (
    DeclineReason.NOT_ENOUGH_GOODS,
    DeclineReason.NOT_ENOUGH_GOODS,
    DeclineReason.NO_TRANSPORT,
    DeclineReason.NO_COLD_ROOM,
    DeclineReason.NO_CASH,
    DeclineReason.PRICE_TOO_LOW,
)
_NEAREST = 4


@dataclass(frozen=True, slots=True)
class DemoPastLine:
    """A line and its answer; a reason stands where less than ordered was accepted."""

    position: int
    kitchen_code: str
    item_code: str
    needed_date: date
    ordered_qty: int
    price_idr: int
    accepted_qty: int
    reason: DeclineReason | None


@dataclass(frozen=True, slots=True)
class DemoPastOrder:
    """What one cooperative was asked to deliver in a past week."""

    week_start: date
    cooperative_code: str
    lines: tuple[DemoPastLine, ...]

    @property
    def number(self) -> str:
        """The number in the clerk's spreadsheet."""
        return f"PO-{self.week_start:%G-W%V}-{self.cooperative_code.removeprefix('C-')}"


def _answer(ordered_qty: int, item: ItemFact, draw: random.Random) -> tuple[int, DeclineReason | None]:
    chance = draw.random()
    steps = ordered_qty // item.step_qty
    if chance < _DECLINED_CHANCE:
        return 0, draw.choice(_REASONS)
    if chance < _DECLINED_CHANCE + _LESS_CHANCE and steps > 1:
        return draw.randint(max(1, steps * 3 // 10), steps - 1) * item.step_qty, draw.choice(_REASONS)
    return ordered_qty, None


def _nearest(kitchen: DemoKitchen, cooperatives: Iterable[DemoCooperative]) -> Mapping[str, Sequence[DemoCooperative]]:
    """Return for each item the nearest cooperatives that carry it and come this far."""
    far = {
        each.code: distance_m(
            from_latitude=each.latitude,
            from_longitude=each.longitude,
            to_latitude=kitchen.latitude,
            to_longitude=kitchen.longitude,
        )
        for each in cooperatives
    }
    near: dict[str, list[DemoCooperative]] = {}
    for each in sorted(cooperatives, key=lambda known: (far[known.code], known.code)):
        for code in each.item_codes if far[each.code] <= each.radius_m else ():
            if len(near.setdefault(code, [])) < _NEAREST:
                near[code].append(each)
    return near


def _price_idr(item: ItemFact, limit_idr: int, draw: random.Random) -> int:
    low = item.price_low_idr
    return rounded_price(draw.uniform(low + 0.25 * (limit_idr - low), limit_idr), limit_idr=limit_idr)


def _past_needs(book: MenuBook, kitchen: DemoKitchen) -> Iterable[tuple[date, DemoLine]]:
    """Yield what a kitchen's menu needed in each past week; the menu comes again after its cycles."""
    latest = {week: menu_lines(book, kitchen, week) for week in PAST_WEEK_STARTS[-MENU_CYCLES:]}
    for week_start in PAST_WEEK_STARTS:
        like = next(week for week in latest if (week - week_start).days % (7 * MENU_CYCLES) == 0)
        for line in latest[like]:
            yield week_start, replace(line, needed_date=line.needed_date - (like - week_start))


def make_past_orders(
    facts: Facts,
    book: MenuBook,
    market: Market,
    kitchens: Iterable[DemoKitchen],
    cooperatives: Sequence[DemoCooperative],
    *,
    seed: int,
) -> tuple[DemoPastOrder, ...]:
    """Return the orders, oldest week first, by cooperative; each line is part of what the kitchen's menu needed."""
    draw = stream(seed, "past orders")
    known = facts.items_by_code()
    lines: dict[tuple[date, str], list[DemoPastLine]] = {}
    for kitchen in kitchens:
        near = _nearest(kitchen, [each for each in cooperatives if each.is_operating])
        for week_start, need in _past_needs(book, kitchen):
            if draw.random() >= _ORDERED_SHARE or need.item_code not in near:
                continue
            item = known[need.item_code]
            mine = lines.setdefault((week_start, draw.choice(near[item.code]).code), [])
            accepted, reason = _answer(need.demanded_qty, item, draw)
            mine.append(
                DemoPastLine(
                    position=len(mine) + 1,
                    kitchen_code=kitchen.code,
                    item_code=item.code,
                    needed_date=need.needed_date,
                    ordered_qty=need.demanded_qty,
                    price_idr=_price_idr(item, market.price_limit_idr[item.code], draw),
                    accepted_qty=accepted,
                    reason=reason,
                )
            )
    return tuple(DemoPastOrder(week_start, code, tuple(mine)) for (week_start, code), mine in sorted(lines.items()))
