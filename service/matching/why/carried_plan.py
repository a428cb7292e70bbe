"""An old plan under new circumstances: every line as far as it may still be, and what any set of lines costs."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import numpy as np

from service.matching.index import ProblemIndex
from service.matching.ledger import Ledger
from service.matching.line_arcs import arcs_of_lines
from service.matching.objective import total_idr
from service.matching.parameters import parameters_of
from service.matching.problem import BP
from service.matching.usage import Flow, usage_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.matching.parameters import Bools, Floats, Ints
    from service.matching.plan_difference import LineKey
    from service.matching.problem import Problem
    from service.matching.usage import Usage

_ALMOST: Final = 1 - 1e-9
"""From this share of a limit on, money is counted exactly."""


class Circumstances:
    """A problem, to measure sets of lines under it.

    Parameters
    ----------
    problem
        The circumstances.
    lines
        All lines that will be spoken of, in order; a quantity is then an array over them, in base units.
    """

    def __init__(self, problem: Problem, lines: Sequence[LineKey]) -> None:
        self._lines = lines
        self._p = parameters_of(problem)
        self._arcs, self._line, self._is_allowed = arcs_of_lines(self._p, lines)
        self._grams = self._p.weight_g[self._arcs.item]
        before: defaultdict[tuple[str, ...], int] = defaultdict(int)
        for line in problem.previous:
            before[line.demand, line.source, line.cooperative, line.item] += line.qty
        self._before_qty = np.array([before.pop(lines[n], 0) for n in self._line.tolist()], dtype=np.int64)
        weight_g = {item.id: item.weight_g for item in problem.items}
        self._gone_g = sum(qty * weight_g.get(key[3], 0) for key, qty in before.items())

    def total_idr(self, qty: Ints) -> float:
        """Return what lines cost, the whole packs that they need included, as ``check`` works it out.

        They may break rules; lines that mean nothing here cost nothing.
        """
        return total_idr(self._p, self._usage(qty[self._line])) + self._change_idr(qty[self._line])

    def kept(self, qty: Ints, wanted: Ints) -> Ints:
        """Keep of a plan what the circumstances still let through.

        Parameters
        ----------
        qty
            What the old plan delivers.
        wanted
            What the new plan delivers: where not all of the old plan fits, what both plans share is kept first, then
            the rest in the order of the lines.

        Returns
        -------
        Ints
            Within every rule but the minimums of offers and orders: it only measures what keeping the plan would cost.
        """
        fits = np.where(self._is_allowed, qty[self._line] // self._arcs.unit * self._arcs.unit, 0)
        # Where nothing that a line shares with others is overfilled by all of them, it stays whole whatever their
        # order; and its share of the rest leaves enough there for lines that have to queue for something else.
        queues = self._is_crowded(self._usage(fits)) & (fits > 0)
        kept = np.zeros_like(qty)
        kept[self._line] = np.where(queues, 0, fits)
        queue = self._line[queues]
        if len(queue):
            kept[queue] = self._in_turn(queue, (np.minimum(qty, wanted)[queue], qty[queue]))
        return kept

    def _change_idr(self, amount: Ints) -> float:
        """Weight moved against the plan before, if there was one."""
        if not self._p.problem.previous:
            return 0.0
        moved_g = int((np.abs(amount - self._before_qty) * self._grams).sum()) + self._gone_g
        return moved_g / 1000 * self._p.problem.policy.change_idr_per_kg

    def _usage(self, amount: Ints) -> Usage:
        """Add up what the arcs use at given amounts."""
        steps = amount // self._arcs.unit
        used = np.flatnonzero(steps)
        return usage_of(self._p, self._arcs, Flow(used, steps[used]))

    def _is_crowded(self, used: Usage) -> Bools:
        """Say which arcs share something that is overfilled."""
        p, a = self._p, self._arcs
        line = used.covered_bp > p.demand_qty * BP
        source = (used.pool_qty.sum(axis=1) > p.source_limit_qty) | (used.packs.sum(axis=1) > p.source_packs)
        slot = (used.handling_g > p.handling_g) | (used.cold_g > p.cold_g)
        cooperative = _is_over(used.capital_used_idr(p), p.capital_idr)
        purse = _is_over(used.spent_idr, p.purse_idr)
        visit = (used.drop_lines > 0).sum(axis=1) > np.repeat(p.max_drops, p.day_count)
        on_all_days = line[a.demand] | purse[p.demand_purse[a.demand]] | source[a.source] | cooperative[a.cooperative]
        crowded: Bools = on_all_days | slot[a.cooperative, a.day] | visit[a.kitchen * p.day_count + a.day]
        return crowded

    def _in_turn(self, queue: Ints, rounds: tuple[Ints, ...]) -> Ints:
        """Deliver lines one after the other, in each round up to a quantity, as far as there is room."""
        index = ProblemIndex(self._p.problem)
        ledger = Ledger(index)
        kept = [0] * len(queue)
        keys = [self._lines[n] for n in queue.tolist()]
        for most in rounds:
            for n, (demand, source, cooperative, _) in enumerate(keys):
                seller = index.offers.get(source) or index.stocks[source]
                arc = ledger.arc(index.demands[demand], seller, index.cooperatives[cooperative])
                if arc is None:
                    continue
                more = min((int(most[n]) - kept[n]) // arc.item.step * arc.item.step, ledger.room(arc))
                if more > 0:
                    ledger.deliver(arc, more)
                    kept[n] += more
        return np.array(kept, dtype=np.int64)


def _is_over(amount_idr: Floats, limit_idr: Floats) -> Bools:
    over: Bools = amount_idr > limit_idr * _ALMOST
    return over
