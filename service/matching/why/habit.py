"""Last week's pattern as a plan for this week: who served a kitchen with an item does so again.

Every line first goes to the cooperatives that brought this item to this kitchen last week, the largest first, from the
same suppliers first and then the cheapest, as far as this week's goods, prices and rules allow. What is then still
missing is filled the clerk's way (``greedy.py``), so the pattern is not blamed for goods that are gone.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.matching.greedy import Clerk, planned
from service.matching.index import ProblemIndex
from service.matching.problem import Offer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from service.matching.check import CheckReport
    from service.matching.ledger import Arc
    from service.matching.plan import Plan
    from service.matching.problem import Demand, Problem, Stock


@dataclass(frozen=True, slots=True)
class PastLine:
    """What a kitchen got last week of an item: from which cooperative and supplier, in base units of the item."""

    kitchen: str
    item: str
    cooperative: str
    supplier: str
    qty: int


def planned_by_habit(problem: Problem, past: Sequence[PastLine]) -> tuple[Plan, CheckReport]:
    """Plan the week by last week's pattern.

    Parameters
    ----------
    problem
        A valid problem.
    past
        What was delivered last week; kitchens, items and cooperatives that are gone count for nothing.

    Returns
    -------
    tuple[Plan, CheckReport]
        The plan: allowed, with its exact total and no bound; ``infeasible`` only if the promised lines break a rule.
        And its check.
    """
    return planned(_HabitualClerk(ProblemIndex(problem), past))


class _HabitualClerk(Clerk):
    """Serves every line as last week before anything else."""

    def __init__(self, index: ProblemIndex, past: Sequence[PastLine]) -> None:
        super().__init__(index)
        self._is_habitual = False
        qty: defaultdict[tuple[str, str], defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
        self._suppliers: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
        for line in past:
            qty[line.kitchen, line.item][line.cooperative] += line.qty
            self._suppliers[line.kitchen, line.item, line.cooperative].add(line.supplier)
        self._habits = {key: sorted(coops, key=lambda name: (-coops[name], name)) for key, coops in sorted(qty.items())}

    def serve(self, demands: Iterable[Demand], *, is_settled: bool) -> None:
        """Serve all lines by habit, then all the clerk's way."""
        lines = list(demands)
        self._is_habitual = True
        super().serve(lines, is_settled=is_settled)
        self._is_habitual = False
        super().serve(lines, is_settled=is_settled)

    def _ways(self, demand: Demand) -> Iterator[Arc]:
        if not self._is_habitual:
            yield from super()._ways(demand)
            return
        for item in (demand.item, *(substitute.item for substitute in demand.substitutes)):
            for name in self._habits.get((demand.kitchen, item), ()):
                cooperative = self.near[demand.kitchen].get(name)
                if cooperative is not None:
                    for source in self._shelves(demand, item, name):
                        yield from self._permitted(demand, source, cooperative)

    def _shelves(self, demand: Demand, item: str, cooperative: str) -> list[Offer | Stock]:
        """The cooperative's own offers, then packs: last week's suppliers first, then the cheapest."""
        known = self._suppliers[demand.kitchen, item, cooperative]
        own: list[Offer | Stock] = [offer for offer in self.offers[item] if offer.cooperative == cooperative]
        return sorted([*own, *self.stocks[item]], key=lambda source: source.supplier not in known)
