"""Stand-ins for the optimiser: the clerk's way at once, or held until it is told to go on."""

import asyncio
import json
from dataclasses import replace

from service.matching.check import check
from service.matching.greedy import greedy
from service.matching.process import SolveResult
from service.matching.progress import Progress
from service.matching.reader import read_problem
from service.matching.why.shortages import explain_shortages


async def clerks_solve(document, *, time_limit_s, seed, effort, on_progress) -> SolveResult:
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
    """A solve that lasts until ``finish`` is set; ``started`` tells that it is under way."""

    def __init__(self) -> None:
        self.started = asyncio.Event()
        self.finish = asyncio.Event()

    async def __call__(self, document, *, on_progress, **limits) -> SolveResult:
        on_progress(Progress(0.2, 2_000.4, 1_000.6, "drops"))
        self.started.set()
        await self.finish.wait()
        return await clerks_solve(document, on_progress=on_progress, **limits)
