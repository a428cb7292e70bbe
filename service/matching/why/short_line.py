"""Why is my line short? The rules that bind, who got the goods, and what would help, each effect re-solved."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.matching.problem import Unit
from service.matching.rules import Term
from service.matching.why.local import LOCAL_LIMITS, Locality, required
from service.matching.why.neighbourhood import neighbours
from service.matching.why.proposals import SAME_SIZE, propose
from service.matching.why.reasons import Reason
from service.matching.why.relaxations import Relaxation
from service.matching.why.shortages import Desk

if TYPE_CHECKING:
    from service.matching.linear_model import SolverLimits
    from service.matching.plan import Plan
    from service.matching.problem import Demand, Problem
    from service.matching.why.local import LocalPlan
    from service.matching.why.reasons import Holder

MOST_SHOWN = 3
_MOST_ARCS = 120
_LEAST_GAIN_IDR = 1.0


@dataclass(frozen=True, slots=True)
class Taker:
    """Who got goods that could have served the line; the wholesaler is ``None`` for the cooperative's own goods.

    ``promised_qty`` of it must stay. ``loss_idr`` is what the whole plan would cost more if this line lost the rest and
    were served in the best other way; ``None`` if all is promised, or if the rest cannot go without breaking a rule.
    """

    kitchen: str
    demand: str
    source: str
    wholesaler: str | None
    cooperative: str
    item: str
    unit: Unit
    qty: int
    promised_qty: int
    loss_idr: float | None


@dataclass(frozen=True, slots=True)
class Replan:
    """What re-planning a few lines would bring with no rule changed: the plan is not the best possible here."""

    recovered_qty: float
    difference_idr: float


@dataclass(frozen=True, slots=True)
class Help:
    """A relaxation that helps, as re-solved with all other lines of the plan held or getting no more than now.

    ``recovered_qty`` is what the line gets more, in base units of its item; ``cost_idr`` what the plan then costs more
    apart from shortages (below 0 if less), ``difference_idr`` the same with what the shortages cost. All are against
    the best plan of these lines without the relaxation. ``is_proven``: no cheaper way exists over the ways looked at.
    """

    relaxation: Relaxation
    recovered_qty: float
    cost_idr: float
    difference_idr: float
    is_proven: bool


@dataclass(frozen=True, slots=True)
class ShortLine:
    """The answer; quantities in base units of the demanded item, the strongest reason first, the best help first."""

    demand: str
    kitchen: str
    item: str
    unit: Unit
    date: str
    qty: int
    short_qty: float
    reasons: tuple[Reason, ...]
    takers: tuple[Taker, ...]
    replan: Replan | None
    helps: tuple[Help, ...]


def explain_short_line(
    problem: Problem,
    plan: Plan,
    demand: str,
    limits: SolverLimits = LOCAL_LIMITS,
    *,
    locality: Locality | None = None,
) -> ShortLine:
    """Say why a line is short and what would help.

    Parameters
    ----------
    problem, plan
        A valid problem and an allowed plan of it.
    demand
        Id of a demand line.
    limits
        Of each re-solve.
    locality
        The prepared plan, if several questions are asked of it.

    Returns
    -------
    ShortLine
        Without reasons, takers and helps if the line is not short.

    Raises
    ------
    KeyError
        If there is no such line.
    ValueError
        If promises of the plan break a rule.
    """
    locality = locality or Locality(problem, plan)
    asked = locality.index.demands[demand]
    short_qty = locality.short_qty(demand)
    if short_qty <= 0:
        return _answer(locality, asked, 0.0)
    desk = Desk(locality.index, plan)
    found = desk.explain(asked)
    question = _Question(locality, asked, limits)
    return _answer(
        locality,
        asked,
        short_qty,
        reasons=found.reasons,
        takers=tuple(_taker(locality, holder, limits) for holder in found.holders),
        replan=question.replan(),
        helps=question.helps(desk),
    )


def relaxed_plan(
    locality: Locality, relaxation: Relaxation, limits: SolverLimits = LOCAL_LIMITS
) -> tuple[Problem, Plan] | None:
    """Return the whole relaxed problem and the whole plan that show what a relaxation brings.

    Parameters
    ----------
    locality
        The prepared plan.
    relaxation
        One that an answer shows, or any other for one of its lines.
    limits
        Of the re-solve; the answer's, for the answer's plan.

    Returns
    -------
    tuple[Problem, Plan] | None
        ``None`` if the line cannot be served under the relaxation.
    """
    question = _Question(locality, locality.index.demands[relaxation.demand], limits)
    found = question.resolve(relaxation)
    return None if found is None else locality.whole(found, relaxation.apply)


def _answer(
    locality: Locality,
    demand: Demand,
    short_qty: float,
    *,
    reasons: tuple[Reason, ...] = (),
    takers: tuple[Taker, ...] = (),
    replan: Replan | None = None,
    helps: tuple[Help, ...] = (),
) -> ShortLine:
    return ShortLine(
        demand=demand.id,
        kitchen=demand.kitchen,
        item=demand.item,
        unit=locality.index.items[demand.item].unit,
        date=locality.problem.days[demand.day],
        qty=demand.qty,
        short_qty=short_qty,
        reasons=reasons,
        takers=takers,
        replan=replan,
        helps=helps,
    )


def _taker(locality: Locality, holder: Holder, limits: SolverLimits) -> Taker:
    """What it costs to take the goods that are not promised away from a line, the line itself being served anew."""
    source = locality.index.offers.get(holder.source) or locality.index.stocks[holder.source]
    way = holder.demand, holder.source, holder.cooperative
    promised_qty = min(holder.qty, locality.promised_qty(way))
    lost = None
    if promised_qty < holder.qty:
        lost = locality.resolve(
            (holder.demand,),
            asked=(holder.demand,),
            exactly={way: promised_qty},
            limits=limits,
            most_arcs=_MOST_ARCS // 2,
        )
    return Taker(
        kitchen=holder.kitchen,
        demand=holder.demand,
        source=holder.source,
        wholesaler=locality.wholesaler(holder.source),
        cooperative=holder.cooperative,
        item=source.item,
        unit=locality.index.items[source.item].unit,
        qty=holder.qty,
        promised_qty=promised_qty,
        loss_idr=None if lost is None else lost.difference_idr,
    )


class _Question:
    """One short line with its neighbours, which may be served otherwise or lose but never gain."""

    def __init__(self, locality: Locality, demand: Demand, limits: SolverLimits) -> None:
        self.locality, self.demand, self.limits = locality, demand, limits
        self.others = neighbours(locality, demand.id)
        self.base = required(
            locality.resolve(
                (demand.id, *self.others),
                asked=(demand.id,),
                capped=self.others,
                limits=limits,
                most_arcs=_MOST_ARCS,
            )
        )
        covered = self.base.covered_qty[demand.id]
        self.plan_qty = locality.covered_qty(demand.id)
        self.best_qty = min(float(demand.qty), max(self.plan_qty, covered))

    def replan(self) -> Replan | None:
        """What the line could get with every rule as it is."""
        if self.best_qty <= self.plan_qty:
            return None
        return Replan(self.best_qty - self.plan_qty, self.base.difference_idr)

    def helps(self, desk: Desk) -> tuple[Help, ...]:
        """The relaxations that help, the cheapest plan first, one of each kind."""
        if self.best_qty >= self.demand.qty:
            return ()
        proposed = propose(self.locality, desk, self.demand, math.ceil(self.demand.qty - self.best_qty))
        found = [help_ for relaxations in proposed.values() if (help_ := self._first(relaxations))]
        found.sort(key=lambda x: (x.difference_idr, x.relaxation.code))
        return tuple(found[:MOST_SHOWN])

    def _first(self, relaxations: list[Relaxation]) -> Help | None:
        """The smallest relaxation of one kind that helps; where none is smaller, the one with the cheapest plan."""
        helps = (help_ for relaxation in relaxations if (help_ := self._help(relaxation)))
        if relaxations[0].code in SAME_SIZE:
            return min(helps, key=lambda x: x.difference_idr, default=None)
        return next(helps, None)

    def _help(self, relaxation: Relaxation) -> Help | None:
        """The effect of a relaxation; ``None`` if it has none, or if the same plan is allowed without it."""
        found = self.resolve(relaxation)
        if found is None:
            return None
        recovered = min(self.demand.qty, found.covered_qty[self.demand.id]) - self.best_qty
        difference = found.difference_idr - self.base.difference_idr
        if recovered <= 0 or difference > -_LEAST_GAIN_IDR or self.locality.is_allowed(found):
            return None
        shortage = found.terms_idr[Term.SHORTAGE] - self.base.terms_idr[Term.SHORTAGE]
        return Help(relaxation, recovered, difference - shortage, difference, found.is_proven)

    def resolve(self, relaxation: Relaxation) -> LocalPlan | None:
        """Serve the lines anew with a relaxation, beginning from the best plan without."""
        return self.locality.resolve(
            (self.demand.id, *self.others),
            change=relaxation.apply,
            start=self.base.lines,
            keep=[x for x in (relaxation.source, relaxation.cooperative) if x],
            asked=(self.demand.id,),
            capped=self.others,
            limits=self.limits,
            most_arcs=_MOST_ARCS,
        )
