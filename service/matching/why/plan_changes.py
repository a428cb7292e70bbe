"""What changed between two plans: every line with its cause, and what each cause costs, adding up to the difference."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from service.matching.plan_difference import quantities
from service.matching.why.carried_plan import Circumstances
from service.matching.why.change_causes import causes_of
from service.matching.why.days_to_come import on_one_list_of_days, still_to_come
from service.matching.why.problem_steps import ChangeCause, problem_steps

if TYPE_CHECKING:
    from service.matching.parameters import Ints
    from service.matching.plan import Plan
    from service.matching.plan_difference import LineKey
    from service.matching.problem import Problem, Unit
    from service.matching.why.change_causes import Verdict
    from service.matching.why.problem_steps import ProblemStep

__all__ = ["CauseCost", "ChangeCause", "ChangedLine", "PlanChanges", "explain_plan_changes"]


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """One line that is more, less, new or gone; quantities in base units of the item delivered.

    ``is_direct`` says that the cause touches this demand line itself; otherwise it is a consequence: goods, capacity
    or budget moved to or from a line that the cause touches.
    """

    demand: str
    kitchen: str
    source: str
    cooperative: str
    item: str
    unit: Unit
    before_qty: int
    after_qty: int
    cause: ChangeCause
    is_direct: bool


@dataclass(frozen=True, slots=True)
class CauseCost:
    """What one cause changed: lines, kilograms moved, and rupiah.

    ``direct_idr`` is what the cause alone would have cost with the plan before kept as far as possible;
    ``reaction_idr`` is what moving the lines of this cause then brought (mostly savings, so below 0).
    """

    cause: ChangeCause
    lines: int
    moved_kg: float
    direct_idr: float
    reaction_idr: float

    @property
    def total_idr(self) -> float:
        """Rupiah that the cause adds to the total; all causes add up to the plans' difference."""
        return self.direct_idr + self.reaction_idr


@dataclass(frozen=True, slots=True)
class PlanChanges:
    """The difference of two plans: all causes, also those without effect, and all changed lines."""

    before_idr: float
    after_idr: float
    causes: tuple[CauseCost, ...]
    lines: tuple[ChangedLine, ...]

    @property
    def difference_idr(self) -> float:
        """Rupiah that the later plan costs more; below 0 if it is cheaper."""
        return self.after_idr - self.before_idr


def explain_plan_changes(problem: Problem, plan: Plan, *, earlier_problem: Problem, earlier_plan: Plan) -> PlanChanges:
    """Say what changed from an earlier plan to a later one, and why.

    Parameters
    ----------
    problem, plan
        The later problem and its plan.
    earlier_problem, earlier_plan
        What it is compared with; what of it was over when the later problem began is left out.

    Returns
    -------
    PlanChanges
        Lines by kitchen and demand; each has exactly one cause. The costs of the causes add up to the difference of
        the two totals.
    """
    earlier_problem, earlier_plan = still_to_come(earlier_problem, earlier_plan, problem)
    earlier_problem, problem = on_one_list_of_days(earlier_problem, problem)
    before, after = quantities(earlier_plan.allocations), quantities(plan.allocations)
    keys = sorted(before.keys() | after.keys())
    moves = {key: (before.get(key, 0), after.get(key, 0)) for key in keys if before.get(key, 0) != after.get(key, 0)}
    causes = causes_of(earlier_problem, problem, moves)
    way = _Way(earlier_problem, keys, _amounts(before, keys))
    target = _amounts(after, keys)
    for step in problem_steps(earlier_problem, problem):
        if not step.is_same:
            way.take(step, target)
    reaction = way.turn(target, causes)
    lines = _lines((earlier_problem, problem), moves, causes)
    weight = {item.id: item.weight_g for item in (*earlier_problem.items, *problem.items)}
    return PlanChanges(
        before_idr=way.before_idr,
        after_idr=way.before_idr + sum(way.direct.values()) + sum(reaction.values()),
        causes=tuple(_cause_cost(cause, lines, weight, way.direct[cause], reaction[cause]) for cause in ChangeCause),
        lines=lines,
    )


class _Way:
    """The way from an old plan to a new one: first the circumstances change, step by step, then its lines.

    Parameters
    ----------
    problem
        The old circumstances.
    keys
        The lines of both plans.
    before
        What the old plan delivers of each.
    """

    def __init__(self, problem: Problem, keys: list[LineKey], before: Ints) -> None:
        self._keys, self._before, self._kept = keys, before, before
        self._now = Circumstances(problem, keys)
        self._reached_idr = self.before_idr = self._now.total_idr(before)
        self._taken: list[tuple[ChangeCause, Ints]] = []
        self.direct: defaultdict[ChangeCause, float] = defaultdict(float)

    def take(self, step: ProblemStep, after: Ints) -> None:
        """Go one step, with the old plan kept as far as possible."""
        self._now = Circumstances(step.problem, self._keys)
        self._kept = self._now.kept(self._before, after)
        self._taken.append((step.cause, self._kept))
        self.direct[step.cause] = self._reach(self._kept)

    def turn(self, after: Ints, causes: dict[str, Verdict]) -> defaultdict[ChangeCause, float]:
        """Turn what is left of the old plan into the new one, one cause after the other: what each turn adds."""
        turns: dict[ChangeCause, list[int]] = {cause: [] for cause in ChangeCause}
        for n in np.flatnonzero(self._kept != after).tolist():
            verdict = causes.get(self._keys[n][0])
            turns[verdict.cause if verdict else self._cut_by(n, after)].append(n)
        added: defaultdict[ChangeCause, float] = defaultdict(float)
        qty = self._kept.copy()
        for cause, lines in turns.items():
            if lines:
                qty[lines] = after[lines]
                added[cause] = self._reach(qty)
        return added

    def _cut_by(self, line: int, after: Ints) -> ChangeCause:
        """Return the first step that cut a line which both plans have: it only cut it for a while."""
        cutting = (cause for cause, kept in self._taken if kept[line] < after[line])
        return next(cutting, ChangeCause.TIME_LIMIT)

    def _reach(self, qty: Ints) -> float:
        """Return what lines cost more now than the last ones that were measured."""
        last, self._reached_idr = self._reached_idr, self._now.total_idr(qty)
        return self._reached_idr - last


def _amounts(qty: dict[LineKey, int], keys: list[LineKey]) -> Ints:
    return np.array([qty.get(key, 0) for key in keys], dtype=np.int64)


def _lines(
    problems: tuple[Problem, Problem], moves: dict[LineKey, tuple[int, int]], causes: dict[str, Verdict]
) -> tuple[ChangedLine, ...]:
    kitchen = {demand.id: demand.kitchen for problem in problems for demand in problem.demands}
    unit = {item.id: item.unit for problem in problems for item in problem.items}
    found = [
        ChangedLine(
            demand=demand,
            kitchen=kitchen[demand],
            source=source,
            cooperative=cooperative,
            item=item,
            unit=unit[item],
            before_qty=was,
            after_qty=now,
            cause=causes[demand].cause,
            is_direct=causes[demand].is_direct,
        )
        for (demand, source, cooperative, item), (was, now) in moves.items()
    ]
    return tuple(sorted(found, key=lambda line: (line.kitchen, line.demand, line.source, line.cooperative, line.item)))


def _cause_cost(
    cause: ChangeCause, lines: tuple[ChangedLine, ...], weight: dict[str, int], direct_idr: float, reaction_idr: float
) -> CauseCost:
    own = [line for line in lines if line.cause is cause]
    moved_g = sum(abs(line.after_qty - line.before_qty) * weight[line.item] for line in own)
    return CauseCost(cause, len(own), moved_g / 1000, direct_idr, reaction_idr)
