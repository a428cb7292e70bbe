"""What a search keeps besides the plan: random numbers, lines taken out, a journal of moves, the best plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from service.matching.local_search.compiled import compiled

if TYPE_CHECKING:
    from service.matching.local_search.records import State
    from service.matching.parameters import Floats, Ints

BAN_DROP, BAN_POOL, BAN_ORDER, FREE_DROP, FREE_ORDER, WITH_RENT = range(6)
"""Places in ``Work.focus``: what may not be used in this step, what is taken to be open already, and whether rents
count; -1 for nothing."""
MOST_LINES = 64
BLINK = 0.02
"""How often insertion overlooks a way, so that it does not always end in the same plan."""
JOURNAL_SIZE = 100_000


class Work(NamedTuple):
    """Scratch of one search: random state, lines taken out, journal of moves, totals."""

    random: Ints
    focus: Ints
    lines: Ints
    marks: Ints
    journal_arc: Ints
    journal_steps: Ints
    counts: Ints
    best_steps: Ints
    is_changed: Ints
    changed: Ints
    total: Floats


LINES, JOURNAL, CHANGED = range(3)
"""Places in ``Work.counts``."""
NOW, BEST = range(2)
"""Places in ``Work.total``: the plan in work with what counts for missed minimums, the best plan that misses none."""


def work_of(s: State, seed: int, total_idr: float) -> Work:
    """Return fresh scratch for a state of the given total; it is the best plan so far if it misses no minimum."""
    best = total_idr if s.misses[0] == 0 else np.inf
    return Work(
        random=np.array([(seed * 2 + 1) % 2**64], dtype=np.uint64),
        focus=np.full(6, -1, dtype=np.int64),
        lines=np.zeros(MOST_LINES + 8, dtype=np.int64),
        marks=np.zeros(len(s.line), dtype=np.int64),
        journal_arc=np.zeros(JOURNAL_SIZE, dtype=np.int64),
        journal_steps=np.zeros(JOURNAL_SIZE, dtype=np.int64),
        counts=np.zeros(3, dtype=np.int64),
        best_steps=s.arc["steps"].copy(),
        is_changed=np.zeros(len(s.arc), dtype=np.int64),
        changed=np.zeros(len(s.arc), dtype=np.int64),
        total=np.array([total_idr, best]),
    )


@compiled
def chance(w: Work) -> float:
    """Return the next random number in [0, 1)."""
    x = w.random[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    w.random[0] = x
    return float(x >> np.uint64(11)) / 9007199254740992.0


@compiled
def below(w: Work, count: int) -> int:
    """Return a random whole number in 0..count-1."""
    return min(count - 1, int(chance(w) * count))
