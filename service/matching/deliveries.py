"""Resolves the lines of a plan into deliveries, naming what makes a single line wrong by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from service.matching.geography import Tier, locality_tier
from service.matching.prices import price_to_kitchen
from service.matching.problem import BP, Offer
from service.matching.rules import Rule

if TYPE_CHECKING:
    from service.matching.index import ProblemIndex
    from service.matching.problem import Cooperative, Demand, Item, Kitchen, Line, Stock


@dataclass(frozen=True, slots=True)
class Broken:
    """One broken rule: where, in words, and by how much in the unit of its limit (0 where there is none)."""

    rule: Rule
    where: str
    detail: str
    amount: float = 0

    def __str__(self) -> str:
        return f"{self.rule.value} {self.where}: {self.detail}"


class Delivery(NamedTuple):
    """One line of a plan with everything it names and what it comes to."""

    demand: Demand
    kitchen: Kitchen
    cooperative: Cooperative
    item: Item
    source: Offer | Stock
    qty: int
    covers_bp: int
    limit_idr: int
    penalty_idr: int
    price_idr: int
    metres: int
    tier: Tier

    @property
    def is_own(self) -> bool:
        """Whether the cooperative delivers goods of its own offer."""
        return isinstance(self.source, Offer)

    @property
    def weight_g(self) -> int:
        """Weight in grams."""
        return self.qty * self.item.weight_g

    @property
    def value_idr(self) -> float:
        """What the kitchen pays, in rupiah."""
        return self.qty * self.price_idr / self.item.per


def resolve(index: ProblemIndex, line: Line, where: str, broken: list[Broken]) -> Delivery | None:
    """Resolve one line of a plan.

    Parameters
    ----------
    index
        The problem.
    line
        A line of the plan.
    where
        What to call the line in messages.
    broken
        Gets the rules that the line breaks by itself.

    Returns
    -------
    Delivery | None
        ``None`` if the line means nothing: it names unknown things, has no proper quantity, or brings an item that the
        demand does not take. Such a line counts for nothing else.
    """
    try:
        demand, cooperative = index.demands[line.demand], index.cooperatives[line.cooperative]
        item = index.items[line.item]
        source = index.offers.get(line.source) or index.stocks[line.source]
    except KeyError as missing:
        broken.append(Broken(Rule.UNKNOWN_ID, where, f"there is no {missing}"))
        return None
    if line.qty <= 0 or line.qty % item.step:
        broken.append(Broken(Rule.STEP, where, f"{line.qty} is not a positive multiple of {item.step}", line.qty))
        return None
    if source.item != item.id:
        broken.append(Broken(Rule.ITEM, where, f"{source.id} is of item {source.item}, not {item.id}"))
    terms = terms_of(demand, item.id)
    if terms is None:
        broken.append(Broken(Rule.ITEM, where, f"{item.id} does not substitute {demand.item}"))
        return None
    kitchen = index.kitchens[demand.kitchen]
    covers_bp, limit_idr, penalty_idr = terms
    delivery = Delivery(
        demand=demand,
        kitchen=kitchen,
        cooperative=cooperative,
        item=item,
        source=source,
        qty=line.qty,
        covers_bp=covers_bp,
        limit_idr=limit_idr,
        penalty_idr=penalty_idr,
        price_idr=source.price_idr if isinstance(source, Offer) else price_to_kitchen(source, item, cooperative),
        metres=index.delivery_m(cooperative, kitchen),
        tier=locality_tier(cooperative, kitchen),
    )
    broken.extend(_faults_of(delivery, where))
    return delivery


def terms_of(demand: Demand, item: str) -> tuple[int, int, int] | None:
    """Say on which terms a demand line takes an item.

    Parameters
    ----------
    demand
        The demand line.
    item
        The item delivered.

    Returns
    -------
    tuple[int, int, int] | None
        What a unit covers (bp), the price limit (rupiah per ``per``), the penalty (rupiah per ``per``); ``None`` if the
        line does not take the item.
    """
    if item == demand.item:
        return BP, demand.max_price_idr, 0
    for substitute in demand.substitutes:
        if substitute.item == item:
            return substitute.covers_bp, substitute.max_price_idr, substitute.penalty_idr
    return None


def _faults_of(delivery: Delivery, where: str) -> list[Broken]:
    """Name the rules that a delivery breaks whatever else is in the plan."""
    source, cooperative, day = delivery.source, delivery.cooperative, delivery.demand.day
    broken = []
    if isinstance(source, Offer) and source.cooperative != cooperative.id:
        broken.append(Broken(Rule.OFFER_OWNER, where, f"{source.id} is not of {cooperative.id}"))
    if not source.from_day <= day <= source.to_day:
        rule = Rule.OFFER_DAYS if delivery.is_own else Rule.STOCK_DAYS
        broken.append(Broken(rule, where, f"day {day} is outside {source.from_day}..{source.to_day}"))
    over_idr = delivery.price_idr - delivery.limit_idr
    if over_idr > 0:
        detail = f"price {delivery.price_idr} is {over_idr} above the limit {delivery.limit_idr}"
        broken.append(Broken(Rule.PRICE_LIMIT, where, detail, over_idr))
    over_m = delivery.metres - cooperative.radius_m
    if over_m > 0:
        detail = (
            f"{delivery.kitchen.id} is {delivery.metres} m away, {over_m} m beyond the radius {cooperative.radius_m}"
        )
        broken.append(Broken(Rule.RADIUS, where, detail, over_m))
    return broken
