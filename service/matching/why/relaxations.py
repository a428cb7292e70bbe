"""One rule of a problem made a little softer, or a little more supply: what could help a line, as a change to try."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from service.matching.problem import BP, Offer, Substitute

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.matching.problem import Cooperative, Demand, Problem, Unit


class RelaxationCode(StrEnum):
    """What is made softer; the comment says what ``Relaxation.amount`` counts."""

    EXTRA_SUPPLY = "extra_supply"  # base units of the item
    DAY_EARLIER = "day_earlier"  # days
    DAY_LATER = "day_later"  # days
    OFFER_DAYS_WIDER = "offer_days_wider"  # days, below 0 if earlier
    ALLOW_SUBSTITUTE = "allow_substitute"  # basis points that a unit covers
    ONE_MORE_DROP = "one_more_drop"  # drops a day
    HIGHER_PRICE_LIMIT = "higher_price_limit"  # rupiah per kg, litre or piece
    MORE_CAPITAL = "more_capital"  # rupiah
    MORE_BUDGET = "more_budget"  # rupiah
    LOWER_MINIMUM_ORDER = "lower_minimum_order"  # rupiah less
    LOWER_OFFER_MINIMUM = "lower_offer_minimum"  # base units less
    MORE_HANDLING = "more_handling"  # grams on the day
    MORE_COLD = "more_cold"  # grams on the day
    WIDER_RADIUS = "wider_radius"  # metres


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One change of a problem that might help a line, in plain numbers and ids.

    ``amount`` is in the unit that the code names. Of the ids, those that the code speaks of are set: ``item`` and
    ``cooperative`` of extra supply (with its kecamatan and price per kg, litre or piece), the substitute, the source
    whose price or days are in the way, the cooperative whose capital or capacity is, the wholesaler with the minimum.
    ``unit`` is the item's where the amount is a quantity or a price of it.
    """

    code: RelaxationCode
    demand: str
    amount: int
    item: str | None = None
    source: str | None = None
    cooperative: str | None = None
    kecamatan: str | None = None
    wholesaler: str | None = None
    price_idr: int | None = None
    unit: Unit | None = None

    def apply(self, problem: Problem) -> Problem:
        """Return the problem with this change.

        Parameters
        ----------
        problem
            The problem that it was proposed for.
        """
        return _APPLY[self.code](problem, self)


def known_substitutes(problem: Problem, demand: Demand) -> dict[str, Substitute]:
    """Return the items that other lines take instead of a line's item, and this line does not, with their terms.

    Parameters
    ----------
    problem, demand
        The problem and one of its lines.

    Returns
    -------
    dict[str, Substitute]
        By item; the terms of the first line, by id, that takes it. If no line says how an item stands in for this one,
        but lines of that item take this one, then the same proportion the other way round at those lines' price limit.
    """
    taken = {demand.item, *(s.item for s in demand.substitutes)}
    found: dict[str, Substitute] = {}
    turned: dict[str, Substitute] = {}
    for other in sorted(problem.demands, key=lambda d: d.id):
        for s in other.substitutes:
            if other.item == demand.item and s.item not in taken:
                found.setdefault(s.item, s)
            elif s.item == demand.item and other.item not in taken and s.covers_bp:
                covers_bp = min(BP, BP * BP // s.covers_bp)
                turned.setdefault(other.item, Substitute(other.item, covers_bp, other.max_price_idr, s.penalty_idr))
    return turned | found


def _extra_supply(problem: Problem, r: Relaxation) -> Problem:
    """An offer of its own, on the line's day, paid for like the cooperative's dearest own goods."""
    demand, cooperative = _demand(problem, r), r.cooperative
    own = [offer for offer in problem.offers if offer.cooperative == cooperative]
    offer = Offer(
        id=f"extra {r.demand} {cooperative}",
        cooperative=str(cooperative),
        item=str(r.item),
        qty=r.amount,
        price_idr=r.price_idr or 0,
        from_day=demand.day,
        to_day=demand.day,
        min_qty=0,
        cash_bp=max((o.cash_bp for o in own), default=BP),
        supplier=min((o.supplier for o in own), default=str(cooperative)),
    )
    return replace(problem, offers=(*problem.offers, offer))


def _other_day(problem: Problem, r: Relaxation) -> Problem:
    days = -r.amount if r.code is RelaxationCode.DAY_EARLIER else r.amount
    return _with_demand(problem, r, lambda d: replace(d, day=d.day + days))


def _offer_days(problem: Problem, r: Relaxation) -> Problem:
    early, late = min(0, r.amount), max(0, r.amount)
    return replace(
        problem,
        offers=tuple(
            replace(o, from_day=o.from_day + early, to_day=o.to_day + late) if o.id == r.source else o
            for o in problem.offers
        ),
        stocks=tuple(
            replace(s, from_day=s.from_day + early, to_day=s.to_day + late) if s.id == r.source else s
            for s in problem.stocks
        ),
    )


def _substitute(problem: Problem, r: Relaxation) -> Problem:
    terms = known_substitutes(problem, _demand(problem, r))[str(r.item)]
    return _with_demand(problem, r, lambda d: replace(d, substitutes=(*d.substitutes, terms)))


def _drops(problem: Problem, r: Relaxation) -> Problem:
    kitchen = _demand(problem, r).kitchen
    return replace(
        problem,
        kitchens=tuple(
            replace(k, max_drops_per_day=k.max_drops_per_day + r.amount) if k.id == kitchen else k
            for k in problem.kitchens
        ),
    )


def _price_limit(problem: Problem, r: Relaxation) -> Problem:
    def raised(demand: Demand) -> Demand:
        if r.item == demand.item:
            return replace(demand, max_price_idr=demand.max_price_idr + r.amount)
        return replace(
            demand,
            substitutes=tuple(
                replace(s, max_price_idr=s.max_price_idr + r.amount) if s.item == r.item else s
                for s in demand.substitutes
            ),
        )

    return _with_demand(problem, r, raised)


def _budget(problem: Problem, r: Relaxation) -> Problem:
    demand = _demand(problem, r)
    return replace(
        problem,
        kitchens=tuple(
            replace(k, budget_idr=k.budget_idr | {demand.budget: k.budget_idr.get(demand.budget, 0) + r.amount})
            if k.id == demand.kitchen
            else k
            for k in problem.kitchens
        ),
    )


def _capital(problem: Problem, r: Relaxation) -> Problem:
    return _with_cooperative(problem, r, lambda c: replace(c, capital_idr=c.capital_idr + r.amount))


def _handling(problem: Problem, r: Relaxation) -> Problem:
    day = _demand(problem, r).day
    return _with_cooperative(problem, r, lambda c: replace(c, handling_g=_raised(c.handling_g, day, r.amount)))


def _cold(problem: Problem, r: Relaxation) -> Problem:
    day = _demand(problem, r).day
    return _with_cooperative(problem, r, lambda c: replace(c, cold_g=_raised(c.cold_g, day, r.amount)))


def _radius(problem: Problem, r: Relaxation) -> Problem:
    return _with_cooperative(problem, r, lambda c: replace(c, radius_m=c.radius_m + r.amount))


def _minimum_order(problem: Problem, r: Relaxation) -> Problem:
    return replace(
        problem,
        wholesalers=tuple(
            replace(w, min_order_idr=w.min_order_idr - r.amount) if w.id == r.wholesaler else w
            for w in problem.wholesalers
        ),
    )


def _offer_minimum(problem: Problem, r: Relaxation) -> Problem:
    return replace(
        problem,
        offers=tuple(replace(o, min_qty=o.min_qty - r.amount) if o.id == r.source else o for o in problem.offers),
    )


def _raised(amounts: tuple[int, ...], day: int, more: int) -> tuple[int, ...]:
    return tuple(amount + more if n == day else amount for n, amount in enumerate(amounts))


def _demand(problem: Problem, r: Relaxation) -> Demand:
    return next(d for d in problem.demands if d.id == r.demand)


def _with_demand(problem: Problem, r: Relaxation, change: Callable[[Demand], Demand]) -> Problem:
    return replace(problem, demands=tuple(change(d) if d.id == r.demand else d for d in problem.demands))


def _with_cooperative(problem: Problem, r: Relaxation, change: Callable[[Cooperative], Cooperative]) -> Problem:
    cooperatives = tuple(change(c) if c.id == r.cooperative else c for c in problem.cooperatives)
    return replace(problem, cooperatives=cooperatives)


_APPLY: dict[RelaxationCode, Callable[[Problem, Relaxation], Problem]] = {
    RelaxationCode.EXTRA_SUPPLY: _extra_supply,
    RelaxationCode.DAY_EARLIER: _other_day,
    RelaxationCode.DAY_LATER: _other_day,
    RelaxationCode.OFFER_DAYS_WIDER: _offer_days,
    RelaxationCode.ALLOW_SUBSTITUTE: _substitute,
    RelaxationCode.ONE_MORE_DROP: _drops,
    RelaxationCode.HIGHER_PRICE_LIMIT: _price_limit,
    RelaxationCode.MORE_CAPITAL: _capital,
    RelaxationCode.MORE_BUDGET: _budget,
    RelaxationCode.LOWER_MINIMUM_ORDER: _minimum_order,
    RelaxationCode.LOWER_OFFER_MINIMUM: _offer_minimum,
    RelaxationCode.MORE_HANDLING: _handling,
    RelaxationCode.MORE_COLD: _cold,
    RelaxationCode.WIDER_RADIUS: _radius,
}
