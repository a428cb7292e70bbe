"""Problems of which one begins later, to be compared: what is over is left out, and both count days by one list.

A repair leaves out the days that have begun and numbers the others from 0, so the same day has two numbers, and the
same offer two windows.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from service.matching.problem import Cooperative, Offer, Stock
from service.matching.why.cut import cut
from service.matching.why.whole_stocks import bought_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from service.matching.plan import Plan
    from service.matching.problem import Problem

_Source = TypeVar("_Source", Offer, Stock)


def still_to_come(problem: Problem, plan: Plan, later: Problem) -> tuple[Problem, Plan]:
    """Leave out of a plan what was over when a later problem began: nothing of it can be saved or changed.

    Parameters
    ----------
    problem, plan
        A valid problem and its plan.
    later
        The problem that it is compared with.

    Returns
    -------
    tuple[Problem, Plan]
        The deliveries from the later problem's first day on, with the packs that they alone need, and with the later
        problem's fair values, which are those of the same days. As they were if nothing is over, or everything.
    """
    first_day = later.days[0]
    if problem.days[0] >= first_day or problem.days[-1] < first_day:
        return problem, plan
    lines = {demand.id for demand in problem.demands if problem.days[demand.day] >= first_day}
    kept = tuple(line for line in plan.allocations if line.demand in lines)
    stocks = {stock.id: stock for stock in problem.stocks}
    fair_idr = {cooperative.id: cooperative.fair_value_idr for cooperative in later.cooperatives}
    rest = replace(
        cut(problem, lines),
        cooperatives=tuple(replace(x, fair_value_idr=fair_idr.get(x.id, 0)) for x in problem.cooperatives),
    )
    return rest, replace(plan, allocations=kept, purchases=bought_for(kept, stocks))


def on_one_list_of_days(earlier: Problem, later: Problem) -> tuple[Problem, Problem]:
    """Let two problems count days by one list, so that equal days are equal numbers.

    Parameters
    ----------
    earlier, later
        Valid problems; of the earlier one nothing is due on days that were over when the later one began, unless the
        two have no day in common.

    Returns
    -------
    tuple[Problem, Problem]
        What a problem cannot say of a day that it does not have (whether a source is there, what a cooperative can
        handle) is as in the other one, so only what differs on days that both have is a difference.
    """
    if earlier.days == later.days:
        return earlier, later
    first_day = later.days[0] if later.days[0] <= earlier.days[-1] else earlier.days[0]
    days = tuple(sorted({*later.days, *(day for day in earlier.days if day >= first_day)}))
    return _on_days(days, earlier, later), _on_days(days, later, earlier)


def _on_days(days: tuple[str, ...], problem: Problem, other: Problem) -> Problem:
    place = {day: n for n, day in enumerate(days)}
    return replace(
        problem,
        days=days,
        demands=tuple(replace(x, day=place[problem.days[x.day]]) for x in problem.demands),
        offers=tuple(_sources(days, (problem, problem.offers), (other, other.offers))),
        stocks=tuple(_sources(days, (problem, problem.stocks), (other, other.stocks))),
        cooperatives=tuple(_cooperatives(days, problem, other)),
    )


def _sources(
    days: tuple[str, ...], own: tuple[Problem, Iterable[_Source]], theirs: tuple[Problem, Iterable[_Source]]
) -> Iterator[_Source]:
    """Set the windows of sources; one that was there on days that are over alone is gone."""
    known = set(own[0].days)
    elsewhere = {source.id: _window(theirs[0], source) for source in theirs[1]}
    for source in own[1]:
        dates = _window(own[0], source) | (elsewhere.get(source.id, set()) - known)
        open_days = [n for n, day in enumerate(days) if day in dates]
        if open_days:
            yield replace(source, from_day=open_days[0], to_day=open_days[-1])


def _window(problem: Problem, source: Offer | Stock) -> set[str]:
    return set(problem.days[source.from_day : source.to_day + 1])


def _cooperatives(days: tuple[str, ...], problem: Problem, other: Problem) -> Iterator[Cooperative]:
    elsewhere = {x.id: x for x in other.cooperatives}
    for x in problem.cooperatives:
        twin = elsewhere.get(x.id)
        handling_g = _by_day(other, twin.handling_g if twin else ()) | _by_day(problem, x.handling_g)
        cold_g = _by_day(other, twin.cold_g if twin else ()) | _by_day(problem, x.cold_g)
        yield replace(
            x,
            handling_g=tuple(handling_g.get(day, 0) for day in days),
            cold_g=tuple(cold_g.get(day, 0) for day in days),
        )


def _by_day(problem: Problem, grams: tuple[int, ...]) -> dict[str, int]:
    """Weights by date; none of a cooperative that is not there."""
    return dict(zip(problem.days, grams, strict=False))
