"""Why this cooperative for this kitchen? What the plan would cost with the next best way instead, term by term."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from service.matching.ledger import UNLIMITED
from service.matching.problem import Line, Unit
from service.matching.rules import Term
from service.matching.why.local import LOCAL_LIMITS, Locality, required
from service.matching.why.neighbourhood import neighbours, short_of

if TYPE_CHECKING:
    from service.matching.linear_model import SolverLimits
    from service.matching.plan import Plan
    from service.matching.problem import Problem
    from service.matching.why.cut import Way
    from service.matching.why.local import LocalPlan

MOST_SHOWN = 3
_TRIES, _ENOUGH = 7, 4
"""Ways tried at most, and found to carry something, before the best are shown."""
_MOST_LINES = 7
_MOST_ARCS = 160
_LEAST_SAVING_IDR = 1.0


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another way for the same line, and what the whole plan would cost more (below 0: less) with it.

    ``wholesaler`` is the source's, ``None`` for the cooperative's own goods.
    ``qty`` is what it would deliver more than it does now, in base units of ``item``; ``short_qty`` what the line would
    then be short more than with the chosen way, in base units of the demanded item. ``terms_idr`` has every term and
    adds up to ``difference_idr``. ``is_proven``: no cheaper way to arrange the rest exists over the ways looked at.
    """

    source: str
    wholesaler: str | None
    cooperative: str
    item: str
    unit: Unit
    qty: int
    short_qty: float
    difference_idr: float
    terms_idr: dict[Term, float]
    is_proven: bool


@dataclass(frozen=True, slots=True)
class Saving:
    """A cheaper arrangement of the line and its neighbours, where the plan's is not the cheapest: the line's new ways.

    ``terms_idr`` adds up to ``difference_idr``, which is below 0.
    """

    lines: tuple[Line, ...]
    difference_idr: float
    terms_idr: dict[Term, float]


@dataclass(frozen=True, slots=True)
class ChosenLine:
    """The answer: the chosen way, the next best ones (the cheapest first), and what could be saved, if anything.

    ``promised_qty`` of it is promised and must stay whatever it costs; the alternatives replace the rest.
    """

    demand: str
    kitchen: str
    source: str
    wholesaler: str | None
    cooperative: str
    item: str
    unit: Unit
    date: str
    qty: int
    promised_qty: int
    alternatives: tuple[Alternative, ...]
    saving: Saving | None

    @property
    def is_cheapest(self) -> bool:
        """Whether no way looked at makes the plan cheaper."""
        return self.saving is None


def explain_chosen_line(
    problem: Problem,
    plan: Plan,
    way: Way,
    limits: SolverLimits = LOCAL_LIMITS,
    *,
    locality: Locality | None = None,
) -> ChosenLine:
    """Compare a delivery of a plan with the next best ways.

    Parameters
    ----------
    problem, plan
        A valid problem and an allowed plan of it.
    way
        Ids of demand line, source and cooperative that name one of the plan's allocations.
    limits
        Of each re-solve.
    locality
        The prepared plan, if several questions are asked of it.

    Returns
    -------
    ChosenLine
        Every difference is of the whole plan, with the lines that share supply or drops re-solved on both sides.

    Raises
    ------
    KeyError
        If the plan has no such allocation.
    ValueError
        If promises of the plan break a rule.
    """
    locality = locality or Locality(problem, plan)
    demand, source, cooperative = way
    chosen = next((x for x in locality.lines_of.get(demand, ()) if (x.source, x.cooperative) == way[1:]), None)
    if chosen is None:
        raise KeyError(way)
    comparison = _Comparison(locality, chosen, limits)
    alternatives = comparison.alternatives()
    return ChosenLine(
        demand=demand,
        kitchen=locality.index.demands[demand].kitchen,
        source=source,
        wholesaler=locality.wholesaler(source),
        cooperative=cooperative,
        item=chosen.item,
        unit=locality.index.items[chosen.item].unit,
        date=locality.problem.days[locality.index.demands[demand].day],
        qty=chosen.qty,
        promised_qty=comparison.promised_qty,
        alternatives=alternatives,
        saving=comparison.saving(),
    )


class _Comparison:
    """One delivery: the plan with it, with others in its place, and with everything around it free."""

    def __init__(self, locality: Locality, chosen: Line, limits: SolverLimits) -> None:
        self.locality, self.chosen, self.limits = locality, chosen, limits
        self.way: Way = (chosen.demand, chosen.source, chosen.cooperative)
        around = neighbours(locality, chosen.demand, _MOST_LINES), short_of(locality, chosen.item, chosen.demand)
        self.lines = (chosen.demand, *dict.fromkeys(chain(*around)))
        self.now = {(x.demand, x.source, x.cooperative): x.qty for x in locality.lines_of[chosen.demand]}
        self.promised_qty = min(chosen.qty, locality.promised_qty(self.way))
        chosen_ways = {way: (qty, qty) for way, qty in self.now.items()}
        self.reference = required(locality.resolve(self.lines, **self._question(chosen_ways)))
        self.best = self.reference

    def alternatives(self) -> tuple[Alternative, ...]:
        """The best other ways that can carry anything of it."""
        if self.promised_qty >= self.chosen.qty:
            return ()
        tried = (self._alternative(way) for way in self._candidates())
        found = list(islice((x for x in tried if x is not None), _ENOUGH))
        found.sort(key=lambda x: (x.difference_idr, x.source, x.cooperative))
        others = [x for x in found[MOST_SHOWN - 1 :] if x.cooperative != self.chosen.cooperative]
        best = found[: MOST_SHOWN - 1]
        if any(x.cooperative != self.chosen.cooperative for x in best):
            return tuple(found[:MOST_SHOWN])
        # The question is about the cooperative, so the best other one is shown even if three sources are better.
        return (*best, *(others or found[MOST_SHOWN - 1 :])[:1])

    def saving(self) -> Saving | None:
        """What is saved if the line and its neighbours are arranged in the cheapest way; ask for alternatives first."""
        free = required(
            self.locality.resolve(
                self.lines,
                asked=(self.chosen.demand,),
                start=self.best.lines,
                limits=self.limits,
                most_arcs=_MOST_ARCS,
            )
        )
        if free.difference_idr - self.reference.difference_idr > -_LEAST_SAVING_IDR:
            return None
        lines = tuple(x for x in free.lines if x.demand == self.chosen.demand)
        terms = _difference(free, self.reference)
        return Saving(lines, free.difference_idr - self.reference.difference_idr, terms)

    def _candidates(self) -> list[Way]:
        """The ways cheapest at first sight, from three places: another cooperative, this one, this source."""
        open_ = {source for source in self.locality.takers_of if self._has_left(source)}
        ways = [way for way in self.locality.ways(self.chosen.demand) if way != self.way]
        ways = [way for way in ways if way[1] in open_ or way[1] not in self.locality.takers_of]
        others = [way for way in ways if way[2] != self.way[2]]
        same = [way for way in ways if way[2] == self.way[2]]
        first = [*others[:1], *same[:1], *[way for way in ways if way[1] == self.way[1]][:1], *ways[:_TRIES]]
        return list(dict.fromkeys(first))[:_TRIES]

    def _has_left(self, source: str) -> bool:
        """Whether the lines that are held leave anything of a source."""
        free = set(self.lines)
        taken = sum(line.qty for line in self.locality.takers_of[source] if line.demand not in free)
        return self.locality.source_qty(source) > taken

    def _alternative(self, way: Way) -> Alternative | None:
        now = self.now.get(way, 0)
        bounds = {other: (qty, qty) for other, qty in self.now.items()}
        bounds[self.way] = self.promised_qty, self.promised_qty
        bounds[way] = now, UNLIMITED
        found, reference = self.locality.resolve(self.lines, **self._question(bounds)), self.reference
        if found is None:
            return None
        if found.difference_idr < self.best.difference_idr:
            self.best = found
        line = next((x for x in found.lines if (x.demand, x.source, x.cooperative) == way), None)
        if line is None or line.qty <= now:
            return None
        demand = self.chosen.demand
        qty = self.locality.index.demands[demand].qty
        short = [max(0.0, qty - plan.covered_qty[demand]) for plan in (found, reference)]
        return Alternative(
            source=way[1],
            wholesaler=self.locality.wholesaler(way[1]),
            cooperative=way[2],
            item=line.item,
            unit=self.locality.index.items[line.item].unit,
            qty=line.qty - now,
            short_qty=short[0] - short[1],
            difference_idr=found.difference_idr - reference.difference_idr,
            terms_idr=_difference(found, reference),
            is_proven=found.is_proven and reference.is_proven,
        )

    def _question(self, bounds: dict[Way, tuple[int, int]]) -> dict[str, Any]:
        """Arrange the neighbours in the cheapest way while the line is served in some ways only."""
        demand = self.chosen.demand
        return {"asked": (demand,), "ways": {demand: bounds}, "limits": self.limits, "most_arcs": _MOST_ARCS}


def _difference(one: LocalPlan, other: LocalPlan) -> dict[Term, float]:
    return {term: one.terms_idr[term] - other.terms_idr[term] for term in Term}
