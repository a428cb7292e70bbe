"""Faults between the parts of a problem's document: references, order, and numbers that contradict each other.

Works on records from which wrong fields were left out, so it looks at a field only where it is there; a list that is no
list at all is not searched for references into it.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from service.matching.fields import whole
from service.matching.problem import BP
from service.matching.schema import MAX_LINE_VALUE, MAX_MONEY_IDR, MAX_QTY, MAX_WEIGHT_G

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.matching.fields import Faults, Record

_PER: Final = {"g": 1000, "ml": 1000, "pc": 1}
_NAMED: Final = {
    "item": ("items",),
    "kitchen": ("kitchens",),
    "cooperative": ("cooperatives",),
    "wholesaler": ("wholesalers",),
    "demand": ("demands",),
    "source": ("offers", "stocks"),
}


class References:
    """Finds the parts of one document by id and notes what does not fit together."""

    def __init__(self, document: Record, faults: Faults) -> None:
        self.document = document
        self.faults = faults
        self.by_id: dict[str, dict[str, Record]] = {}
        for name in ("items", "kitchens", "cooperatives", "wholesalers", "offers", "stocks", "demands"):
            self._index(name)

    def entries(self, name: str) -> Iterator[tuple[str, Record]]:
        """Yield the objects of a list with their pointers."""
        for n, record in whole(self.document.get(name)):
            yield f"/{name}/{n}", record

    def named(self, record: Record, field: str, at: str) -> Record | None:
        """Return the thing that a field names; note a fault if there is none."""
        ident = record.get(field)
        lists = _NAMED[field]
        for name in lists:
            if ident in self.by_id[name]:
                return self.by_id[name][ident]
        if ident is not None and all(name in self.document for name in lists):
            self.faults.add(f"{at}/{field}", "unknown_reference", f"{ident!r} is not in {' or '.join(lists)}")
        return None

    def steps(self, record: Record, item: Record | None, at: str, *fields: str) -> None:
        """Note quantities that are no multiple of the item's step."""
        step = (item or {}).get("step")
        if step is None:
            return
        for field in fields:
            if record.get(field, 0) % step:
                message = f"{record[field]} is not a multiple of the step {step} of {record.get('item')}"
                self.faults.add(f"{at}/{field}", "not_a_multiple", message)

    def limit(self, at: str, limit: int, what: str, *factors: int | None) -> None:
        """Note a product above its limit; an unknown factor is not judged."""
        product = 1
        for factor in factors:
            if factor is None:
                return
            product *= factor
        if product > limit:
            self.faults.add(at, "out_of_range", f"{what} is above {limit}")

    def window(self, record: Record, at: str) -> None:
        """Note a first day after the last, or days that the problem does not have."""
        first, last = record.get("from_day"), record.get("to_day")
        for field, day in (("from_day", first), ("to_day", last)):
            self.day(day, f"{at}/{field}")
        if first is not None and last is not None and first > last:
            self.faults.add(f"{at}/from_day", "inconsistent", f"day {first} is after to_day {last}")

    def day(self, day: int | None, at: str) -> None:
        """Note an index that the days do not have."""
        days = self.document.get("days")
        if day is not None and days is not None and day >= len(days):
            self.faults.add(at, "out_of_range", f"day {day} is not one of the {len(days)} days, 0..{len(days) - 1}")

    def _index(self, name: str) -> None:
        """Index a list by id; offers and stocks share one space of ids."""
        found = self.by_id[name] = {}
        others = self.by_id["offers"] if name == "stocks" else {}
        for at, record in self.entries(name):
            ident = record.get("id")
            if ident is None:
                continue
            if ident in found or ident in others:
                clash = "another entry" if ident in found else "an offer"
                self.faults.add(f"{at}/id", "duplicate_id", f"{ident!r} is also the id of {clash}")
            else:
                found[ident] = record


def check_references(document: Record, faults: Faults) -> None:
    """Note every fault between the parts of a problem's document, in the order of the format's lists."""
    references = References(document, faults)
    for judge in (_days, _policy, _items, _cooperatives, _offers, _stocks, _demands, _fixed, _previous):
        judge(references)


def _days(references: References) -> None:
    days = references.document.get("days") or []
    for n, (before, after) in enumerate(pairwise(days), start=1):
        if before is not None and after is not None and after <= before:
            references.faults.add(f"/days/{n}", "not_increasing", f"{after} is not after {before}")


def _policy(references: References) -> None:
    steps = whole(references.document.get("policy", {}).get("shortage_steps"))
    at = "/policy/shortage_steps"
    if steps and steps[0][1].get("above_bp", 0) != 0:
        references.faults.add(f"{at}/0/above_bp", "inconsistent", "the first step must begin at 0")
    for (_, before), (n, after) in pairwise(steps):
        if "above_bp" in before and after.get("above_bp", BP + 1) <= before["above_bp"]:
            references.faults.add(f"{at}/{n}/above_bp", "not_increasing", "must be above the step before")
        if after.get("factor_bp", before.get("factor_bp", 0)) < before.get("factor_bp", 0):
            references.faults.add(f"{at}/{n}/factor_bp", "not_increasing", "must not be below the step before")


def _items(references: References) -> None:
    for at, item in references.entries("items"):
        per = _PER.get(item.get("unit", ""))
        if per is not None and item.get("per", per) != per:
            references.faults.add(f"{at}/per", "inconsistent", f"must be {per} for {item['unit']}, is {item['per']}")


def _cooperatives(references: References) -> None:
    days = references.document.get("days")
    for at, cooperative in references.entries("cooperatives"):
        for field in ("handling_g", "cold_g"):
            if days is not None and field in cooperative and len(cooperative[field]) != len(days):
                message = f"has {len(cooperative[field])} entries for {len(days)} days"
                references.faults.add(f"{at}/{field}", "wrong_length", message)


def _offers(references: References) -> None:
    for at, offer in references.entries("offers"):
        references.named(offer, "cooperative", at)
        item = references.named(offer, "item", at)
        references.steps(offer, item, at, "qty", "min_qty")
        references.window(offer, at)
        _line_limits(references, offer, item, f"{at}/qty", offer.get("price_idr"))


def _stocks(references: References) -> None:
    for at, stock in references.entries("stocks"):
        wholesaler = references.named(stock, "wholesaler", at)
        item = references.named(stock, "item", at)
        references.steps(stock, item, at, "pack_qty")
        references.window(stock, at)
        _order(references, stock, wholesaler, f"{at}/price_idr")
        packs, pack_qty = stock.get("packs"), stock.get("pack_qty")
        weight = (item or {}).get("weight_g")
        references.limit(f"{at}/packs", MAX_QTY, "packs x pack_qty", packs, pack_qty)
        references.limit(f"{at}/packs", MAX_MONEY_IDR, "packs x price_idr", packs, stock.get("price_idr"))
        references.limit(f"{at}/packs", MAX_WEIGHT_G, "packs x pack_qty x weight_g", packs, pack_qty, weight)


def _order(references: References, stock: Record, wholesaler: Record | None, at: str) -> None:
    """Note packs without a price where an order must come to an amount: it would be an order and none."""
    least_idr = (wholesaler or {}).get("min_order_idr", 0)
    if least_idr and stock.get("price_idr") == 0:
        message = f"packs for nothing never come to the least order of {stock['wholesaler']}, {least_idr} rupiah"
        references.faults.add(at, "inconsistent", message)


def _demands(references: References) -> None:
    for at, demand in references.entries("demands"):
        kitchen = references.named(demand, "kitchen", at)
        item = references.named(demand, "item", at)
        references.steps(demand, item, at, "qty")
        references.day(demand.get("day"), f"{at}/day")
        _line_limits(references, demand, item, f"{at}/qty", demand.get("max_price_idr"))
        line, budget = demand.get("budget"), (kitchen or {}).get("budget_idr")
        if line is not None and budget is not None and line not in budget:
            message = f"{line!r} is not a budget line of {demand['kitchen']}"
            references.faults.add(f"{at}/budget", "unknown_reference", message)
        _substitutes(references, demand, at)


def _substitutes(references: References, demand: Record, at: str) -> None:
    seen: set[Any] = {demand.get("item")}
    for n, substitute in whole(demand.get("substitutes")):
        here = f"{at}/substitutes/{n}"
        references.named(substitute, "item", here)
        name = substitute.get("item")
        if name is not None and name in seen:
            what = "the line's own item" if name == demand.get("item") else "named twice"
            references.faults.add(f"{here}/item", "inconsistent", f"{name!r} is {what}")
        seen.add(name)
        covers, qty = substitute.get("covers_bp"), demand.get("qty")
        if covers and qty:
            most = -(-qty * BP // covers)
            references.limit(
                f"{here}/max_price_idr", MAX_LINE_VALUE, "quantity x price", most, substitute.get("max_price_idr")
            )


def _fixed(references: References) -> None:
    seen: set[tuple[Any, ...]] = set()
    for at, line in references.entries("fixed"):
        references.named(line, "demand", at)
        references.named(line, "cooperative", at)
        item = references.named(line, "item", at)
        source = references.named(line, "source", at)
        references.steps(line, item, at, "qty")
        if source is not None and "item" in line and source.get("item", line["item"]) != line["item"]:
            message = f"the source {line['source']} is of item {source['item']}"
            references.faults.add(f"{at}/item", "inconsistent", message)
        key = tuple(line.get(field) for field in ("demand", "source", "cooperative"))
        if None not in key and key in seen:
            references.faults.add(at, "duplicate_line", "the same demand, source and cooperative are fixed twice")
        seen.add(key)


def _previous(references: References) -> None:
    """Judge the plan in force: what it names may be gone, but the weight of its goods must be known."""
    items: dict[tuple[Any, ...], Any] = {}
    for at, line in references.entries("previous"):
        item = references.named(line, "item", at)
        weight = (item or {}).get("weight_g")
        references.limit(f"{at}/qty", MAX_WEIGHT_G, "qty x weight_g", line.get("qty"), weight)
        key = tuple(line.get(field) for field in ("demand", "source", "cooperative"))
        if None not in key and items.setdefault(key, line.get("item")) != line.get("item"):
            message = "the same demand, source and cooperative were named with another item"
            references.faults.add(f"{at}/item", "inconsistent", message)


def _line_limits(references: References, record: Record, item: Record | None, at: str, price_idr: int | None) -> None:
    """Note a line so large that sums of such lines would leave 64 bits."""
    qty = record.get("qty")
    references.limit(at, MAX_LINE_VALUE, "quantity x price", qty, price_idr)
    references.limit(at, MAX_WEIGHT_G, "qty x weight_g", qty, (item or {}).get("weight_g"))
