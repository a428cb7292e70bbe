"""Stages of the local search: which arcs take part, how hot it is, how much work it may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from service.matching.insertion import settle
from service.matching.local_search.anneal import anneal, serve_short
from service.matching.local_search.records import BELOW_MINIMUM
from service.matching.local_search.ruin import OFTEN
from service.matching.local_search.state import below_minimum_idr, state_of, steps_to_flow
from service.matching.local_search.work import BEST, NOW, work_of
from service.matching.objective import total_idr
from service.matching.usage import usage_of

if TYPE_CHECKING:
    from service.matching.local_search.records import State
    from service.matching.local_search.work import Work
    from service.matching.parameters import Floats, Ints
    from service.matching.rents import Rents
    from service.matching.search import Search
    from service.matching.usage import Flow

WEIGHTS = np.cumsum(OFTEN) / np.sum(OFTEN)
SEGMENT = 8_000
"""Steps between two looks at the clock, about a third of a second."""
SETTLED_EVERY = 4
"""Segments after which a plan in work that misses minimums is settled, so that an allowed one is at hand."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One cooling: steps in all, temperatures in rupiah, what a rupiah below a minimum counts, first and last."""

    name: str
    steps: int
    hot_idr: float
    cold_idr: float
    missed: tuple[float, float]


def improve(
    search: Search, chosen: Ints, score: Floats, start: Flow, stage: Stage, *, rents: Rents | None = None
) -> Flow:
    """Improve a flow over chosen arcs, offering what is allowed on the way.

    Parameters
    ----------
    search
        The solve; it takes every better plan and stops the work when it must.
    chosen, score
        Arcs that may be used, all of the start's among them, and what makes one preferable: the less the better.
    start
        A flow within all limits; it may miss minimums, and lines that it leaves short are served first.
    stage
        The cooling.
    rents
        What scarce things are worth to others; not known at first.

    Returns
    -------
    Flow
        The plan in work at the end; it may miss minimums a little, which the plans offered do not.
    """
    p, arcs = search.p, search.arcs
    chosen = chosen[np.lexsort((chosen, score[chosen], arcs.demand[chosen]))]
    state = state_of(p, arcs, chosen, start, rents)
    work = work_of(state, search.seed, total_idr(p, usage_of(p, arcs, start)))
    _weigh(search, chosen, state, work, stage.missed[0])
    serve_short(state, work)
    search.checkpoint()
    if not state.misses[0] and work.total[NOW] < search.best.total_idr:
        search.offer(steps_to_flow(chosen, state.arc["steps"]), stage.name)
    count = max(1, -(-stage.steps // SEGMENT))
    ratio = (stage.cold_idr / stage.hot_idr) ** (1 / count)
    by_score = chosen[np.lexsort((chosen, score[chosen]))]
    for n in range(count):
        search.checkpoint()
        _weigh(search, chosen, state, work, stage.missed[0] * (stage.missed[1] / stage.missed[0]) ** (n / count))
        hot = stage.hot_idr * ratio**n
        anneal(state, work, min(SEGMENT, stage.steps - n * SEGMENT), (hot, hot * ratio), WEIGHTS)
        if work.total[BEST] < search.best.total_idr:
            search.offer(steps_to_flow(chosen, work.best_steps), stage.name)
        if state.misses[0] and work.total[NOW] < search.best.total_idr and (n % SETTLED_EVERY == 0 or n == count - 1):
            search.offer(settle(p, arcs, steps_to_flow(chosen, state.arc["steps"]), by_score), stage.name)
    return steps_to_flow(chosen, state.arc["steps"])


def _weigh(search: Search, chosen: Ints, state: State, work: Work, missed: float) -> None:
    """Set what missed minimums count, and the total exactly: sums of millions of moves drift."""
    state.rates[BELOW_MINIMUM] = missed
    used = usage_of(search.p, search.arcs, steps_to_flow(chosen, state.arc["steps"]))
    work.total[NOW] = total_idr(search.p, used) + below_minimum_idr(state)
