"""The state of one solve: limits, best plan, proven bound, progress."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from service.matching.linear_model import SolverLimits, Stopped
from service.matching.plan import PlanStatus
from service.matching.progress import Progress
from service.matching.subproblem import Candidate, better
from service.matching.usage import NO_FLOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.matching.arcs import Arcs
    from service.matching.parameters import Parameters
    from service.matching.usage import Flow


@dataclass(frozen=True, slots=True)
class Limits:
    """When to stop: at the relative gap, when the work is done, or, for safety, after some seconds.

    ``effort`` scales the work, 1 as usual; only the safety limit depends on the clock.
    """

    time_limit_s: float = 120.0
    gap: float = 1e-4
    effort: float = 1.0


class Search:
    """Keeps the best plan and bound of one solve and tells when to stop; plan and bound are worked on side by side."""

    def __init__(
        self,
        p: Parameters,
        arcs: Arcs,
        limits: Limits,
        *,
        seed: int,
        report: Callable[[Progress], None] | None,
        cancelled: Callable[[], bool] | None,
        constant_idr: float,
    ) -> None:
        self.p, self.arcs, self.limits, self.seed = p, arcs, limits, seed
        self.best = Candidate(NO_FLOW, np.inf)
        self.bound_idr = 0.0  # no term of the total is ever negative
        self._report, self._cancelled, self._constant_idr = report, cancelled, constant_idr
        self._started = time.monotonic()
        self._was_stopped = False
        self._lock = threading.RLock()

    def seconds_left(self) -> float:
        """Seconds until the safety limit; 0 once cancelled."""
        left = self._started + self.limits.time_limit_s - time.monotonic()
        if left <= 0 or (self._cancelled is not None and self._cancelled()):
            self._was_stopped = True
            return 0.0
        return left

    def checkpoint(self) -> None:
        """Leave the solve if it is cancelled or out of time; called between steps of up to a second."""
        if self.seconds_left() <= 0:
            raise Stopped

    def solver_limits(
        self, *, nodes: int | None = None, gap: float = 1e-4, gap_idr: float = 0.0, threads: int = 1
    ) -> SolverLimits:
        """Return limits of one solver call within this solve."""
        return SolverLimits(
            seconds=max(self.seconds_left(), 0.01),
            nodes=nodes,
            gap=gap,
            gap_idr=gap_idr,
            seed=self.seed,
            is_stopped=lambda: self.seconds_left() <= 0,
            threads=threads,
        )

    def is_over(self) -> bool:
        """Whether the solve should end now."""
        return self.seconds_left() <= 0 or self.gap() <= self.limits.gap

    def gap(self) -> float:
        """(best - bound) / best, 0..1."""
        total, bound = self.best.total_idr + self._constant_idr, self.bound_idr
        if not np.isfinite(total):
            return 1.0
        return max(0.0, total - bound) / total if total > 0 else 0.0

    def offer(self, flow: Flow, phase: str) -> bool:
        """Take a flow as the best plan if it is allowed and better."""
        return self.take(better(self.p, self.arcs, flow, self.best), phase)

    def take(self, candidate: Candidate, phase: str) -> bool:
        """Take an allowed candidate as the best plan if it is better."""
        with self._lock:
            if candidate.total_idr >= self.best.total_idr:
                return False
            self.best = candidate
            self.tell(phase)
            return True

    def raise_bound(self, bound_idr: float, phase: str) -> None:
        """Take a proven bound (without the constant of ``change``) if it is higher."""
        with self._lock:
            if bound_idr + self._constant_idr > self.bound_idr:
                self.bound_idr = bound_idr + self._constant_idr
                self.tell(phase)

    def tell(self, phase: str) -> None:
        """Report where the solve is."""
        if self._report is None:
            return
        total, bound = self.best.total_idr + self._constant_idr, self.bound_idr
        self._report(
            Progress(
                elapsed_s=time.monotonic() - self._started,
                objective_idr=total if np.isfinite(total) else None,
                bound_idr=bound,
                phase=phase,
            )
        )

    def status(self) -> PlanStatus:
        """Say how the solve ended."""
        if self.gap() <= self.limits.gap:
            return PlanStatus.OPTIMAL
        return PlanStatus.STOPPED if self._was_stopped else PlanStatus.FEASIBLE
