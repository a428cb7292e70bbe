"""A solving process with a made-up solver, to see how both ends of the conversation behave; its argument names it."""

from __future__ import annotations

import sys
import time
from dataclasses import replace

from service.matching.child import serve
from service.matching.greedy import greedy
from service.matching.plan import PlanStatus
from service.matching.progress import Progress


def quick(problem, request, *, clerk, report, cancelled):
    """Print rubbish, report twice, return the clerk's plan."""
    sys.stdout.write("solver log on standard output\n")
    report(Progress(0.5, 2e6, None, "lp"))
    report(Progress(1.0, 1e6, 5e5, "mip"))
    return greedy(problem)


def polite(problem, request, *, clerk, report, cancelled):
    """Work until somebody asks to stop."""
    report(Progress(0.0, None, None, "working"))
    while not cancelled():
        time.sleep(0.02)
    return replace(greedy(problem), bound_idr=0.0, status=PlanStatus.STOPPED)


def deaf(problem, request, *, clerk, report, cancelled):
    """Prove a bound and never come back."""
    report(Progress(0.0, None, 5e5, "working"))
    time.sleep(600)
    raise AssertionError("nobody waits so long")


def crashing(problem, request, *, clerk, report, cancelled):
    raise MemoryError("no room for the basis")


def wrong(problem, request, *, clerk, report, cancelled):
    """Say a wrong total."""
    return replace(greedy(problem), objective_idr=1.0)


def hopeless(problem, request, *, clerk, report, cancelled):
    """Call the problem infeasible without naming a rule."""
    return replace(greedy(problem), status=PlanStatus.INFEASIBLE, broken=())


if __name__ == "__main__":
    sys.exit(serve(lambda: globals()[sys.argv[1]]))
