"""The plan: who delivers how much of which line from which source, what is bought, and how good it provably is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from service.matching.problem import Line

PLAN_FORMAT = "pasok-plan/1"


class PlanStatus(StrEnum):
    """How a solve ended; ``infeasible`` only when the fixed lines themselves break a rule."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    STOPPED = "stopped"
    INFEASIBLE = "infeasible"


@dataclass(frozen=True, slots=True)
class PackPurchase:
    """Whole packs that a cooperative buys of a wholesaler's stock."""

    stock: str
    cooperative: str
    packs: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan in canonical order (lines and purchases sorted), its total and a proven lower bound, both in rupiah.

    ``objective_idr`` is exact up to float rounding of the sum; ``bound_idr`` never exceeds the total of any feasible
    plan of the same problem.
    """

    allocations: tuple[Line, ...]
    purchases: tuple[PackPurchase, ...]
    objective_idr: float
    bound_idr: float | None
    status: PlanStatus
    broken: tuple[str, ...] = ()

    @property
    def gap(self) -> float | None:
        """(objective - bound) / objective, 0..1; ``None`` without a bound."""
        if self.bound_idr is None:
            return None
        return max(0.0, self.objective_idr - self.bound_idr) / self.objective_idr if self.objective_idr > 0 else 0.0
