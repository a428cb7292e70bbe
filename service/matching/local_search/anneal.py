"""Annealing over ruin and insertion: many small changes, each judged by the whole plan's exact cost."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from service.matching.local_search.compiled import compiled
from service.matching.local_search.repair import serve, serve_all, undo
from service.matching.local_search.ruin import ruin
from service.matching.local_search.work import BEST, BLINK, CHANGED, JOURNAL, LINES, NOW, WITH_RENT, below, chance

if TYPE_CHECKING:
    from service.matching.local_search.records import State
    from service.matching.local_search.work import Work
    from service.matching.parameters import Floats

HUNGRY, TRIES = 0.5, 30
"""How often a step begins at a short line, and how many lines are drawn to find one."""
RENTED = 0.5
"""How often insertion minds what scarce things are worth to others."""


@compiled
def keep(s: State, w: Work) -> None:
    """Note what the accepted step changed; copy it to the best plan if that is what the plan now is."""
    for n in range(w.counts[JOURNAL]):
        at = w.journal_arc[n]
        if not w.is_changed[at]:
            w.is_changed[at] = 1
            w.changed[w.counts[CHANGED]] = at
            w.counts[CHANGED] += 1
    if s.misses[0] == 0 and w.total[NOW] < w.total[BEST] - 1e-3:
        w.total[BEST] = w.total[NOW]
        for n in range(w.counts[CHANGED]):
            at = w.changed[n]
            w.best_steps[at] = s.arc[at].steps
            w.is_changed[at] = 0
        w.counts[CHANGED] = 0


@compiled
def serve_short(s: State, w: Work) -> None:
    """Serve what lines still miss."""
    for line in range(len(s.line)):
        w.counts[JOURNAL] = 0
        serve(s, w, line, 0.0)
        keep(s, w)


@compiled
def draw_line(s: State, w: Work) -> int:
    """Return a random line that is not fixed; every other time, if it is soon found, one that is short."""
    line = s.free_lines[below(w, len(s.free_lines))]
    if chance(w) < HUNGRY:
        for _ in range(TRIES):
            other = s.free_lines[below(w, len(s.free_lines))]
            if s.line[other].covered_bp < s.line[other].qty_bp:
                return other
    return line


@compiled
def pick(w: Work, weights: Floats) -> int:
    """Return a random place, each as often as its part of the cumulated weights says."""
    x = chance(w)
    for n in range(len(weights) - 1):
        if x < weights[n]:
            return n
    return len(weights) - 1


@compiled
def anneal(s: State, w: Work, iterations: int, heat: tuple[float, float], weights: Floats) -> None:
    """Change the plan so many times while it cools from one temperature to another, in rupiah."""
    for n in range(iterations if len(s.free_lines) else 0):
        temperature = heat[0] * (heat[1] / heat[0]) ** (n / iterations)
        before = w.total[NOW]
        w.counts[JOURNAL] = 0
        ruin(s, w, draw_line(s, w), pick(w, weights))
        if w.counts[LINES] == 0:
            continue
        if chance(w) < RENTED:
            w.focus[WITH_RENT] = 1
        serve_all(s, w, BLINK)
        gain = before - w.total[NOW]
        if gain < 0.0 and chance(w) >= math.exp(gain / temperature):
            undo(s, w, before)
        else:
            keep(s, w)
