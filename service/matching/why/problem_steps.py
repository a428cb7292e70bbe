"""From one problem to another in steps, one kind of change at a time, so that each kind's effect can be measured."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from service.matching.canonical import canonical
from service.matching.problem import Offer, Stock

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from service.matching.problem import Demand, Problem


class ChangeCause(StrEnum):
    """What makes two plans differ; in the order in which the steps are taken and equal claims are settled."""

    DEMAND = "demand"
    ANSWER = "answer"
    OFFER = "offer"
    PRICE = "price"
    RULE = "rule"
    TIME_LIMIT = "time_limit"


STEPS: Final = (ChangeCause.DEMAND, ChangeCause.ANSWER, ChangeCause.OFFER, ChangeCause.PRICE, ChangeCause.RULE)


class _Named(Protocol):
    @property
    def id(self) -> str: ...


_Part = TypeVar("_Part", bound=_Named)
_Source = TypeVar("_Source", Offer, Stock)


@dataclass(frozen=True, slots=True)
class ProblemStep:
    """The problem after one kind of change; ``is_same`` if that kind changed nothing."""

    cause: ChangeCause
    problem: Problem
    is_same: bool


def problem_steps(before: Problem, after: Problem) -> tuple[ProblemStep, ...]:
    """Lead one problem over into another.

    Parameters
    ----------
    before, after
        Two valid problems that count days by one list (``days_to_come.py``).

    Returns
    -------
    tuple[ProblemStep, ...]
        What kitchens need; what is promised and what the plan before was; who offers what, and which cooperatives
        there are; at what price; and under which rules (price limits, capital, weights, budgets, policy). The last
        problem is ``after``.
    """
    old, new = canonical(before), canonical(after)
    demands, offers, stocks = _by_id(old.demands), _by_id(old.offers), _by_id(old.stocks)
    asked = replace(
        old,
        name=new.name,
        items=_kept_and_both(old.items, new.items),
        kitchens=_as_before(old.kitchens, new.kitchens),
        demands=tuple(_with_old_limits(d, demands.get(d.id)) for d in new.demands),
    )
    answered = replace(asked, fixed=new.fixed, previous=new.previous)
    supplied = replace(
        answered,
        cooperatives=_as_before(old.cooperatives, new.cooperatives),
        wholesalers=_as_before(old.wholesalers, new.wholesalers),
        offers=tuple(_at_old_price(x, offers.get(x.id)) for x in new.offers),
        stocks=tuple(_at_old_price(x, stocks.get(x.id)) for x in new.stocks),
    )
    priced = replace(supplied, offers=new.offers, stocks=new.stocks)
    return _steps((replace(old, name=new.name), asked, answered, supplied, priced, new))


def _steps(problems: tuple[Problem, ...]) -> tuple[ProblemStep, ...]:
    chain = [canonical(problem) for problem in problems]
    pairs = zip(STEPS, chain[:-1], chain[1:], strict=True)
    return tuple(ProblemStep(cause, now, is_same=now == last) for cause, last, now in pairs)


def _by_id(parts: Iterable[_Part]) -> Mapping[str, _Part]:
    return {part.id: part for part in parts}


def _as_before(old: Iterable[_Part], new: Iterable[_Part]) -> tuple[_Part, ...]:
    """The parts that there are now, each as it was if it was there."""
    known = _by_id(old)
    return tuple(known.get(part.id, part) for part in new)


def _kept_and_both(kept: Iterable[_Part], more: Iterable[_Part]) -> tuple[_Part, ...]:
    """The parts of both lists; the first list's where both have one."""
    return tuple({**_by_id(more), **_by_id(kept)}.values())


def _with_old_limits(demand: Demand, old: Demand | None) -> Demand:
    """The line as it is now, with the price limits that it had."""
    if old is None or old.item != demand.item:
        return demand
    if (old.max_price_idr, old.substitutes) == (demand.max_price_idr, demand.substitutes):
        return demand
    limits = {substitute.item: substitute.max_price_idr for substitute in old.substitutes}
    substitutes = tuple(replace(x, max_price_idr=limits.get(x.item, x.max_price_idr)) for x in demand.substitutes)
    return replace(demand, max_price_idr=old.max_price_idr, substitutes=substitutes)


def _at_old_price(source: _Source, old: _Source | None) -> _Source:
    return source if old is None else replace(source, price_idr=old.price_idr)
