"""Why not me? For every offer and stock: won, partly or lost, one reason, the winners, and the break-even price.

Claims are solved, not guessed: a rule is the reason if the exact re-solve takes the source once that rule alone is
lifted; the break-even price wins and the price just above it does not (``break_even.py``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import takewhile
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from service.matching.parallel import in_two_processes
from service.matching.problem import Offer
from service.matching.why.break_even import LOCAL_LIMITS, BreakEven, break_even, might_win, standing, wins
from service.matching.why.market import Market
from service.matching.why.reach import Reach, Ways
from service.matching.why.relaxed_rules import LostReason, without
from service.matching.why.source_choice import might_bind, part_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.matching.linear_model import SolverLimits
    from service.matching.parameters import Bools
    from service.matching.plan import Plan
    from service.matching.problem import Problem, Unit
    from service.matching.why.source_choice import Choice
    from service.matching.why.source_part import SourcePart

__all__ = [
    "FirstLot", "LostReason", "LostSource", "LostSources", "SourceOutcome", "Winner", "explain_lost_source",
    "explain_lost_sources",
]  # fmt: skip

TOP_WINNERS: Final = 5
CLOSE_PART: Final = 0.01
"""Of what the lines looked at cost: a city's plan is proven to one or two hundredths, so between ways that differ by
less it chooses by chance."""
WORTH_A_PROCESS: Final = 100
"""Sources from which on a second process saves more than the two seconds that its start takes."""


class SourceOutcome(StrEnum):
    """Whether a source's goods are in the plan: all, some or none."""

    WON = "won"
    PARTLY = "partly"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Winner:
    """Who brings, instead, what the source could have brought; price in rupiah per ``per`` of its item."""

    source: str
    cooperative: str
    item: str
    unit: Unit
    qty: int
    price_idr: int


@dataclass(frozen=True, slots=True)
class FirstLot:
    """The price at which a lost source would win, solved: at ``price_idr`` it wins, at ``above_idr`` it does not.

    Prices are like the source's own: rupiah per ``per`` for an offer, per pack for a stock. ``qty`` base units would
    then go through the cooperative to the demand lines.
    """

    price_idr: int
    above_idr: int
    qty: int
    cooperatives: tuple[str, ...]
    demands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LostSource:
    """What became of one source and why.

    ``cooperative`` is empty for a stock; ``pack_qty`` is 0 for an offer; ``price_idr`` is per ``per`` for an offer, per
    pack for a stock. ``reason`` is ``None`` if all was won. ``first_lot`` is the break-even price of a lost source;
    ``None`` if no price worth naming would bring it in, or if its own already would: then it was overlooked or a close
    call, and ``saving_idr`` is what the plan would save by taking it. ``lines_in_reach`` counts the demand lines that
    it could serve at some price.
    """

    source: str
    cooperative: str
    item: str
    unit: Unit
    per: int
    pack_qty: int
    price_idr: int
    offered_qty: int
    won_qty: int
    outcome: SourceOutcome
    reason: LostReason | None
    lines_in_reach: int
    winners: tuple[Winner, ...]
    first_lot: FirstLot | None
    saving_idr: float


class _Why(NamedTuple):
    reason: LostReason | None
    first_lot: FirstLot | None = None
    saving_idr: float = 0.0


def explain_lost_source(problem: Problem, plan: Plan, source: str, limits: SolverLimits = LOCAL_LIMITS) -> LostSource:
    """Say what became of one offer or stock.

    Parameters
    ----------
    problem
        A valid problem.
    plan
        An allowed plan of it.
    source
        Id of an offer or a stock of the problem.
    limits
        Of each re-solve.
    """
    return LostSources(problem, plan, limits).explain(source)


def explain_lost_sources(
    problem: Problem,
    plan: Plan,
    *,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[LostSource, ...]:
    """Say what became of every offer and stock.

    Parameters
    ----------
    problem, plan
        A valid problem and an allowed plan of it.
    cancelled
        Polled often; once true, the answers so far come back.

    Returns
    -------
    tuple[LostSource, ...]
        Offers by id, then stocks by id.
    """
    names = [*sorted(x.id for x in problem.offers), *sorted(x.id for x in problem.stocks)]
    is_over = cancelled or bool  # which says no
    if len(names) < WORTH_A_PROCESS:
        explain = answering(problem, plan)
        return tuple(explain(name) for name in takewhile(lambda _: not is_over(), names))
    return tuple(in_two_processes(answering, (problem, plan), names, is_over))


def answering(problem: Problem, plan: Plan) -> Callable[[str], LostSource]:
    """Return what answers for one source after the other."""
    return LostSources(problem, plan).explain


class LostSources:
    """One plan, prepared once to answer for many sources."""

    def __init__(self, problem: Problem, plan: Plan, limits: SolverLimits = LOCAL_LIMITS) -> None:
        self.market = Market(problem, plan)
        self.ways = Ways(self.market)
        self.limits = limits
        self._index = self.market.p.source_index()

    def explain(self, source: str) -> LostSource:
        """Answer for one source."""
        market, n = self.market, self._index[source]
        p, problem = market.p, market.problem
        thing = problem.offers[n] if n < p.offer_count else problem.stocks[n - p.offer_count]
        is_offer = isinstance(thing, Offer)
        offered, won = int(p.source_limit_qty[n]), int(market.source_qty[n])
        item = problem.items[p.source_item[n]]
        reach = self.ways.reach(n)
        outcome = _outcome(offered, won, int(item.step) if is_offer else int(p.source_pack_qty[n]))
        why = _Why(None) if outcome is SourceOutcome.WON else self._why(n, reach)
        return LostSource(
            source=source,
            cooperative=thing.cooperative if isinstance(thing, Offer) else "",
            item=item.id,
            unit=item.unit,
            per=item.per,
            pack_qty=0 if is_offer else int(p.source_pack_qty[n]),
            price_idr=thing.price_idr,
            offered_qty=offered,
            won_qty=won,
            outcome=outcome,
            reason=why.reason,
            lines_in_reach=len(np.unique(reach.demand[reach.is_open])),
            winners=() if outcome is SourceOutcome.WON else self._winners(n, reach),
            first_lot=why.first_lot,
            saving_idr=why.saving_idr,
        )

    def _why(self, n: int, reach: Reach) -> _Why:
        """Find the reason, and at what price the source would win."""
        shut = _shut(reach)
        if shut is not None and shut is not LostReason.PRICE:
            return _Why(shut)
        choice = part_for(self.market, n, reach)
        part, saved = standing(choice.part, self.limits)
        if saved:
            is_close = saved < CLOSE_PART * part.cost_idr
            return _Why(LostReason.CLOSE_CALL if is_close else LostReason.OVERLOOKED, saving_idr=saved)
        choice, lot = replace(choice, part=part), None
        if not self.market.source_qty[n]:
            found = break_even(part, choice.guess_idr, part.asked_idr, self.limits)
            lot = None if found is None else _first_lot(part, found)
        reason = shut or self._solved_reason(n, reach, choice, has_price=lot is not None)
        return _Why(reason, first_lot=lot)

    def _solved_reason(self, n: int, reach: Reach, choice: Choice, *, has_price: bool) -> LostReason:
        """The first rule that lets the source in when it alone is lifted; else what it costs."""
        part, reasons = choice.part, list(might_bind(self.market, n, reach, choice))
        helps = len(reasons) > 1 and might_win(without(part, *reasons), self.limits)
        for reason in reasons if helps or len(reasons) == 1 else ():
            if wins(without(part, reason), self.limits):
                return reason
        if has_price or (self.market.source_qty[n] > 0 and self._others(n, reach).any()):
            return LostReason.PRICE
        if wins(without(replace(part, asked_idr=part.asked_idr // 4), LostReason.DISTANCE), self.limits):
            return LostReason.DISTANCE
        return reasons[0] if reasons and helps else LostReason.NO_DEMAND_LEFT

    def _others(self, n: int, reach: Reach) -> Bools:
        """The plan's lines that the source could serve but others do."""
        lines = self.market.lines
        found: Bools = np.isin(lines.demand, reach.demand[reach.is_open]) & (lines.source != n)
        return found

    def _winners(self, n: int, reach: Reach) -> tuple[Winner, ...]:
        """The sources and cooperatives that serve most of what the source could have served."""
        market, p = self.market, self.market.p
        chosen = np.flatnonzero(self._others(n, reach))
        lines = market.lines
        pair = lines.source[chosen] * p.cooperative_count + lines.cooperative[chosen]
        keys, at = np.unique(pair, return_inverse=True)
        qty = np.bincount(at, market.steps[chosen] * lines.unit[chosen], len(keys)).astype(np.int64)
        grams = qty * p.weight_g[p.source_item[keys // p.cooperative_count]]
        order = np.lexsort((keys, -grams))[:TOP_WINNERS]
        return tuple(self._winner(int(keys[k]), int(qty[k])) for k in order.tolist())

    def _winner(self, key: int, qty: int) -> Winner:
        p, problem = self.market.p, self.market.problem
        source, coop = divmod(key, p.cooperative_count)
        item = problem.items[p.source_item[source]]
        price = int(p.source_price[source, coop])
        return Winner(self.market.sources[source], problem.cooperatives[coop].id, item.id, item.unit, qty, price)


def _outcome(offered_qty: int, won_qty: int, lot_qty: int) -> SourceOutcome:
    """All is won when not even a step of an offer, or a pack of a stock, is left."""
    if won_qty == 0:
        return SourceOutcome.LOST
    return SourceOutcome.WON if offered_qty - won_qty < lot_qty else SourceOutcome.PARTLY


_SHUT: Final = (
    ("day_ok", LostReason.DAYS),
    ("near_ok", LostReason.DISTANCE),
    ("price_ok", LostReason.PRICE),
    ("cold_ok", LostReason.COLD),
    ("handling_ok", LostReason.CAPACITY),
    ("qty_ok", LostReason.MINIMUM_OR_PACK),
)


def _shut(reach: Reach) -> LostReason | None:
    """The one rule that keeps every way shut whatever the plan; ``None`` if a way is open."""
    if not len(reach):
        return LostReason.NO_DEMAND_LEFT
    flags = {reason: getattr(reach, name) for name, reason in _SHUT}
    if np.logical_and.reduce(list(flags.values())).any():
        return None
    for reason in flags:
        if np.logical_and.reduce([flag for other, flag in flags.items() if other is not reason]).any():
            return reason
    return LostReason.NOT_ELIGIBLE


def _first_lot(part: SourcePart, found: BreakEven) -> FirstLot:
    """Name what the winning flow takes of the source."""
    problem, arcs = part.part.p.problem, part.part.arcs
    taken = found.flow.arc[np.isin(found.flow.arc, part.own)]
    return FirstLot(
        price_idr=found.price_idr,
        above_idr=found.above_idr,
        qty=found.qty,
        cooperatives=tuple(problem.cooperatives[c].id for c in np.unique(arcs.cooperative[taken]).tolist()),
        demands=tuple(problem.demands[d].id for d in np.unique(arcs.demand[taken]).tolist()),
    )
