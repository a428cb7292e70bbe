"""The price at which a source would win its first lot, found and proven by exact re-solves of a part of the plan.

A re-solve at a price finds the cheapest flow; the price at which that very flow breaks even is higher, and the next
re-solve just above it finds either a better flow or none, which proves the price (Dinkelbach's method).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from service.matching.linear_model import SolverLimits

if TYPE_CHECKING:
    from service.matching.usage import Flow
    from service.matching.why.source_part import SourcePart

LOCAL_LIMITS: Final = SolverLimits(seconds=2.0, nodes=120, gap=0.0, gap_idr=0.5, is_small=True)
LEAST_GAIN_IDR: Final = 1.0
MOST_SOLVES: Final = 16
FIRST_TRIES_PC: Final = (80, 65, 50)
"""Prices tried first, in hundredths of the guess: most answers lie between four fifths of it and all of it."""


@dataclass(frozen=True, slots=True)
class BreakEven:
    """The highest whole price at which a source wins a lot of ``qty``, and the price just above at which it does not.

    Both were solved: at ``price_idr`` the plan with the lot is allowed and cheaper; at ``above_idr`` the exact re-solve
    finds no cheaper plan with the source.
    """

    price_idr: int
    above_idr: int
    qty: int
    flow: Flow


def margin_idr(price_idr: int) -> int:
    """What "just above" means: two thousandths, at least a rupiah, which the solver can still tell apart."""
    return max(1, price_idr // 500)


def break_even(
    part: SourcePart, guess_idr: int, lost_at_idr: int, limits: SolverLimits = LOCAL_LIMITS
) -> BreakEven | None:
    """Find the break-even price of a source in a part of the plan.

    Parameters
    ----------
    part
        The lines that it could serve.
    guess_idr
        A price near the answer; it may be a little too high.
    lost_at_idr
        A price at which it is known not to win.
    limits
        Of each re-solve.

    Returns
    -------
    BreakEven | None
        ``None`` if no price wins, not even half of the guess, or no proof was found within the limits.
    """
    try:
        return _searched(part, guess_idr, lost_at_idr, limits)
    except _Unproven:
        return None


def _searched(part: SourcePart, guess_idr: int, lost_at_idr: int, limits: SolverLimits) -> BreakEven | None:
    search = _Search(part, limits, lost_at_idr)
    guess_idr = min(guess_idr, lost_at_idr - margin_idr(lost_at_idr))
    for price in dict.fromkeys(guess_idr * part_pc // 100 for part_pc in FIRST_TRIES_PC):
        if search.try_at(price):
            break
    while search.flow is not None and search.solves < MOST_SOLVES:
        above = search.low_idr + margin_idr(search.low_idr)
        if search.high_idr <= above:
            qty = part.taken_qty(search.flow) - part.taken_qty(part.start)
            return BreakEven(search.low_idr, search.high_idr, qty, search.flow)
        search.try_at(search.next_idr(above))
    return None


class _Unproven(Exception):
    """A re-solve reached its limits before it was sure."""


class _Search:
    """The highest price known to win, with its flow, and the lowest above it known not to."""

    def __init__(self, part: SourcePart, limits: SolverLimits, lost_at_idr: int) -> None:
        self.part, self.limits, self.solves = part, limits, 0
        self.flow: Flow | None = None
        self.low_idr, self.high_idr = -1, lost_at_idr
        self._is_creeping = False

    def try_at(self, price_idr: int) -> bool:
        """Re-solve at a price; raise the low price as far as the flow found still wins, or lower the high one."""
        self.solves += 1
        flow = _winning(self.part, price_idr, self.limits)
        if flow is None:
            self.high_idr = price_idr
            return False
        low = _root(self.part, flow, price_idr)
        is_forbidden_above = self.part.gain_idr(flow, low + 1) >= LEAST_GAIN_IDR
        self._is_creeping = self.flow is not None and is_forbidden_above and low - price_idr < margin_idr(low)
        self.flow, self.low_idr = flow, low
        return True

    def next_idr(self, above_idr: int) -> int:
        """Just above where the flow stops paying; half way up where flows are forbidden before they stop paying."""
        if not self._is_creeping:
            return above_idr
        return max(above_idr, (self.low_idr + min(self.high_idr, 2 * self.low_idr + 1)) // 2)


def standing(part: SourcePart, limits: SolverLimits = LOCAL_LIMITS) -> tuple[SourcePart, float]:
    """Say what a source has to beat, and what taking it at its own price saves.

    Parameters
    ----------
    part
        The lines that it could serve, as the plan serves them.
    limits
        Of each re-solve.

    Returns
    -------
    tuple[SourcePart, float]
        The part with the best that the lines can do without more of the source, and rupiah, 0 if it is not taken.
    """
    flow, _ = part.best(part.asked_idr, limits)
    if part.taken_qty(flow) <= part.taken_qty(part.start):
        return replace(part, start=flow), 0.0
    beaten = _best_without(part, limits)
    gain = beaten.gain_idr(flow, part.asked_idr)
    return beaten, gain if gain >= LEAST_GAIN_IDR else 0.0


def wins(part: SourcePart, limits: SolverLimits = LOCAL_LIMITS) -> bool:
    """Whether the exact re-solve takes more of the source at its own price."""
    return standing(part, limits)[1] > 0


def might_win(part: SourcePart, limits: SolverLimits = LOCAL_LIMITS) -> bool:
    """Whether the cheapest flow at the source's own price takes more of it; if not, it does not win for certain."""
    flow, _ = part.best(part.asked_idr, limits)
    return part.taken_qty(flow) > part.taken_qty(part.start)


def _best_without(part: SourcePart, limits: SolverLimits) -> SourcePart:
    """Let the freed lines do the best they can without more of the source."""
    arcs, own = part.part.arcs, part.own
    given = np.zeros(len(arcs), dtype=np.int64)
    given[part.start.arc] = part.start.steps
    upper = arcs.upper.copy()
    upper[own] = given[own]
    barred = replace(part, part=replace(part.part, arcs=replace(arcs, upper=upper)))
    return replace(part, start=barred.best(part.asked_idr, limits)[0])


def _winning(part: SourcePart, price_idr: int, limits: SolverLimits) -> Flow | None:
    """The cheapest flow at a price if it takes more of the source; raises ``_Unproven`` if there may be one."""
    flow, is_proven = part.best(price_idr, limits)
    if part.taken_qty(flow) > part.taken_qty(part.start) and part.gain_idr(flow, price_idr) >= LEAST_GAIN_IDR:
        return flow
    if not is_proven:
        raise _Unproven
    return None


def _root(part: SourcePart, flow: Flow, low_idr: int) -> int:
    """The highest price at which a flow that wins at one price still wins."""

    def is_won(price: int) -> bool:
        return part.gain_idr(flow, price) >= LEAST_GAIN_IDR and part.is_allowed(flow, price)

    more_qty = part.taken_qty(flow) - part.taken_qty(part.start)
    # Where nothing but the price paid changes, this is the answer, and two looks confirm it.
    near = low_idr + int((part.gain_idr(flow, low_idr) - LEAST_GAIN_IDR) / more_qty * part.price_qty)
    low, high, stride = low_idr, near, 1
    if is_won(near):
        low, high = near, near + 1
        while is_won(high):
            low, high, stride = high, high + 2 * stride, 2 * stride
    else:
        while high - stride > low and not is_won(high - stride):
            high, stride = high - stride, 2 * stride
        low = max(low, high - stride)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if is_won(middle) else (low, middle)
    return low
