"""Finds the parts of a problem by id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.matching.geography import metres_between

if TYPE_CHECKING:
    from service.matching.problem import Cooperative, Demand, Item, Kitchen, Offer, Problem, Stock, Wholesaler


class ProblemIndex:
    """The parts of one problem by id, and the distances between them as they are asked for.

    Parameters
    ----------
    problem
        A valid problem; its ids are unique within each list, and over offers and stocks together.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.items: dict[str, Item] = {x.id: x for x in problem.items}
        self.kitchens: dict[str, Kitchen] = {x.id: x for x in problem.kitchens}
        self.cooperatives: dict[str, Cooperative] = {x.id: x for x in problem.cooperatives}
        self.wholesalers: dict[str, Wholesaler] = {x.id: x for x in problem.wholesalers}
        self.offers: dict[str, Offer] = {x.id: x for x in problem.offers}
        self.stocks: dict[str, Stock] = {x.id: x for x in problem.stocks}
        self.demands: dict[str, Demand] = {x.id: x for x in problem.demands}
        self._delivery_m: dict[tuple[str, str], int] = {}

    def delivery_m(self, cooperative: Cooperative, kitchen: Kitchen) -> int:
        """Metres from a cooperative to a kitchen.

        Parameters
        ----------
        cooperative, kitchen
            Parts of this problem.

        Returns
        -------
        int
            Whole metres.
        """
        key = cooperative.id, kitchen.id
        metres = self._delivery_m.get(key)
        if metres is None:
            metres = self._delivery_m[key] = metres_between(cooperative, kitchen)
        return metres
