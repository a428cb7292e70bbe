"""Stand-ins for the optimiser: the clerk's way at once, or a solve that ends when it is told to."""

import asyncio
import json
from dataclasses import replace

from service.matching.check import check
from service.matching.errors import SolveCancelled
from service.matching.explain import explain_shortages
from service.matching.greedy import greedy
from service.matching.process import SolveResult
from service.matching.progress import Progress
from service.matching.reader import read_problem


async def clerks_solve(document, *, time_limit_s, seed, effort, on_progress, cancel) -> SolveResult:
    """Plan the clerk's way and claim a bound of nine tenths."""
    problem = read_problem(json.loads(document))
    clerk = greedy(problem)
    plan = replace(clerk, bound_idr=clerk.objective_idr * 0.9)
    on_progress(Progress(0.1, None, None, "start"))
    on_progress(Progress(0.4, plan.objective_idr, plan.bound_idr, "repair"))
    return SolveResult(
        plan=plan,
        report=check(problem, plan),
        clerk=clerk,
        clerk_report=check(problem, clerk),
        shortages=explain_shortages(problem, plan),
        seconds=0.5,
        peak_bytes=None,
    )


class HeldSolve:
    """A solve that lasts until ``finish`` is set or, if it is obedient, until it is cancelled."""

    def __init__(self, *, is_obedient: bool = True) -> None:
        self.is_obedient = is_obedient
        self.started = asyncio.Event()
        self.finish = asyncio.Event()

    async def __call__(self, document, *, on_progress, cancel, **limits) -> SolveResult:
        on_progress(Progress(0.2, 2_000.4, 1_000.6, "drops"))
        self.started.set()
        while not self.finish.is_set():
            if self.is_obedient and cancel.is_set():
                raise SolveCancelled
            await asyncio.sleep(0.01)
        return await clerks_solve(document, on_progress=on_progress, cancel=cancel, **limits)
