"""What changed between two plans: every line with its cause, and what each cause costs, adding up to the difference."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from service.matching.parallel import in_halves
from service.matching.why.carried_plan import LineKey, carried, cost_of, quantities, total_idr
from service.matching.why.change_causes import Verdict, causes_of
from service.matching.why.problem_steps import ChangeCause, problem_steps

if TYPE_CHECKING:
    from service.matching.plan import Plan
    from service.matching.problem import Problem, Unit
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
    steps = [step for step in problem_steps(earlier_problem, problem) if not step.is_same]
    taken = in_halves([partial(_carry_over, step, before, after) for step in steps])
    kept = taken[-1].kept if taken else before
    turns = _turns(kept, after, causes, taken)
    ends = (partial(cost_of, earlier_problem, earlier_plan), partial(cost_of, problem, plan))
    on_the_way = [partial(total_idr, problem, qty) for qty in _on_the_way(kept, after, turns)]
    before_idr, after_idr, *turned_idr = in_halves([*ends, *on_the_way])
    direct = _differences(before_idr, {step.cause: step.total_idr for step in taken})
    carried_idr = taken[-1].total_idr if taken else before_idr
    last = turns or (ChangeCause.TIME_LIMIT,)
    reaction = _differences(carried_idr, dict(zip(last, [*turned_idr, after_idr], strict=True)))
    lines = _lines((earlier_problem, problem), moves, causes)
    weight = {item.id: item.weight_g for item in (*earlier_problem.items, *problem.items)}
    return PlanChanges(
        before_idr=before_idr,
        after_idr=after_idr,
        causes=tuple(_cause_cost(cause, lines, weight, direct[cause], reaction[cause]) for cause in ChangeCause),
        lines=lines,
    )


class _CarriedOver(NamedTuple):
    """One step with the old plan kept as far as possible: what is left of it, and what that costs."""

    cause: ChangeCause
    kept: dict[LineKey, int]
    total_idr: float


def _carry_over(step: ProblemStep, before: dict[LineKey, int], after: dict[LineKey, int]) -> _CarriedOver:
    kept = carried(step.problem, before, after)
    return _CarriedOver(step.cause, kept, total_idr(step.problem, kept))


def _turns(
    kept: dict[LineKey, int], after: dict[LineKey, int], causes: dict[str, Verdict], taken: list[_CarriedOver]
) -> dict[ChangeCause, list[LineKey]]:
    """Say by which cause each line turns into what it is in the new plan; what a step only cut for a while, by that."""
    turns: dict[ChangeCause, list[LineKey]] = {cause: [] for cause in ChangeCause}
    for key in sorted(kept.keys() | after.keys()):
        if kept.get(key, 0) != after.get(key, 0):
            verdict = causes.get(key[0])
            turns[verdict.cause if verdict else _cut_by(key, after, taken)].append(key)
    return {cause: keys for cause, keys in turns.items() if keys}


def _cut_by(key: LineKey, unchanged: dict[LineKey, int], taken: list[_CarriedOver]) -> ChangeCause:
    """Return the first step that cut a line which both plans have."""
    cutting = (step.cause for step in taken if step.kept.get(key, 0) < unchanged[key])
    return next(cutting, ChangeCause.TIME_LIMIT)


def _on_the_way(
    kept: dict[LineKey, int], after: dict[LineKey, int], turns: dict[ChangeCause, list[LineKey]]
) -> list[dict[LineKey, int]]:
    """Turn what is left of the old plan into the new one, one cause after the other; the last turn ends at the new."""
    found, now = [], kept
    for keys in list(turns.values())[:-1]:
        now = now | {key: after.get(key, 0) for key in keys}
        found.append(now)
    return found


def _differences(start_idr: float, reached_idr: dict[ChangeCause, float]) -> defaultdict[ChangeCause, float]:
    """Return what each cause adds to the total, from a start and from what is reached with each."""
    found: defaultdict[ChangeCause, float] = defaultdict(float)
    for cause, idr in reached_idr.items():
        found[cause], start_idr = idr - start_idr, idr
    return found


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
