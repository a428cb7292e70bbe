"""What changed between two plans: every line with its cause, and what each cause costs, adding up to the difference."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.matching.why.carried_plan import LineKey, carried, cost_of, quantities, total_idr
from service.matching.why.change_causes import Verdict, causes_of
from service.matching.why.problem_steps import ChangeCause, problem_steps

if TYPE_CHECKING:
    from service.matching.plan import Plan
    from service.matching.problem import Problem, Unit

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
        What it is compared with.

    Returns
    -------
    PlanChanges
        Lines by kitchen and demand; each has exactly one cause. The costs of the causes add up to the difference of
        the two totals.
    """
    before, after = quantities(earlier_plan), quantities(plan)
    moves = {
        key: (before.get(key, 0), after.get(key, 0))
        for key in before.keys() | after.keys()
        if before.get(key, 0) != after.get(key, 0)
    }
    causes = causes_of(earlier_problem, problem, moves)
    totals = cost_of(earlier_problem, earlier_plan), cost_of(problem, plan)
    direct, kept, cut_by = _carry_over(earlier_problem, problem, before, after, totals[0])
    turns = _turns(kept, after, causes, cut_by)
    reaction = _move_over(problem, kept, after, turns, (totals[0] + sum(direct.values()), totals[1]))
    lines = _lines((earlier_problem, problem), moves, causes)
    weight = {item.id: item.weight_g for item in (*earlier_problem.items, *problem.items)}
    return PlanChanges(
        before_idr=totals[0],
        after_idr=totals[1],
        causes=tuple(_cause_cost(cause, lines, weight, direct[cause], reaction[cause]) for cause in ChangeCause),
        lines=lines,
    )


def _carry_over(
    earlier: Problem, later: Problem, before: dict[LineKey, int], after: dict[LineKey, int], total: float
) -> tuple[defaultdict[ChangeCause, float], dict[LineKey, int], dict[LineKey, ChangeCause]]:
    """Take the problem's steps with the old plan kept; return each step's cost, what is left, and who cut what."""
    direct: defaultdict[ChangeCause, float] = defaultdict(float)
    cut_by: dict[LineKey, ChangeCause] = {}
    kept = before
    for step in problem_steps(earlier, later):
        if step.is_same:
            continue
        kept = carried(step.problem, before, after)
        for key, qty in before.items():
            if kept.get(key, 0) < qty:
                cut_by.setdefault(key, step.cause)
        now = total_idr(step.problem, kept)
        direct[step.cause], total = now - total, now
    return direct, kept, cut_by


def _turns(
    kept: dict[LineKey, int], after: dict[LineKey, int], causes: dict[str, Verdict], cut_by: dict[LineKey, ChangeCause]
) -> dict[ChangeCause, list[LineKey]]:
    """Say by which cause each line turns into what it is in the new plan; what a step only cut for a while, by that."""
    turns: dict[ChangeCause, list[LineKey]] = {cause: [] for cause in ChangeCause}
    for key in sorted(kept.keys() | after.keys()):
        if kept.get(key, 0) != after.get(key, 0):
            verdict = causes.get(key[0])
            turns[verdict.cause if verdict else cut_by.get(key, ChangeCause.TIME_LIMIT)].append(key)
    return {cause: keys for cause, keys in turns.items() if keys}


def _move_over(
    problem: Problem,
    kept: dict[LineKey, int],
    after: dict[LineKey, int],
    turns: dict[ChangeCause, list[LineKey]],
    ends_idr: tuple[float, float],
) -> defaultdict[ChangeCause, float]:
    """Turn what is left of the old plan into the new one, one cause after the other; return what each turn costs."""
    reaction: defaultdict[ChangeCause, float] = defaultdict(float)
    now, (total, end) = dict(kept), ends_idr
    for cause, keys in turns.items():
        now |= {key: after.get(key, 0) for key in keys}
        reached = total_idr(problem, now)
        reaction[cause], total = reached - total, reached
    reaction[next(reversed(turns), ChangeCause.TIME_LIMIT)] += end - total  # the rounding of float sums
    return reaction


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
