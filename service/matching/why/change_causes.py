"""Settles which change of the problem moved which lines of the plan: what touches a line itself, then what it set off.

A demand line is one case: what it loses and gains has one cause. Where nothing touches the case itself, it takes the
cause of the nearest case that does, over a shared source first, then a cooperative, then a kitchen: goods that one
line gave up are what another got.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from service.matching.why.problem_steps import ChangeCause

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from service.matching.plan_difference import LineKey
    from service.matching.problem import Problem

    Moves = Mapping[LineKey, tuple[int, int]]

_FIRST: Final = tuple(ChangeCause)
"""Of several causes that reach a case at once, the first counts."""


class Verdict(NamedTuple):
    """The cause of a case, and whether the change touches the case itself."""

    cause: ChangeCause
    is_direct: bool


def causes_of(before: Problem, after: Problem, moves: Moves) -> dict[str, Verdict]:
    """Settle the cause of every demand line whose deliveries changed.

    Parameters
    ----------
    before, after
        The two problems.
    moves
        Quantity before and after of every changed line.

    Returns
    -------
    dict[str, Verdict]
        By demand line.
    """
    cases: defaultdict[str, list[LineKey]] = defaultdict(list)
    for key in sorted(moves):
        cases[key[0]].append(key)
    claims = _Claims(before, after, moves)
    found = {name: Verdict(cause, is_direct=True) for name, keys in cases.items() if (cause := claims.direct(keys))}
    _spread(after, before, cases, found)
    rest = Verdict(ChangeCause.RULE if before.policy != after.policy else ChangeCause.TIME_LIMIT, is_direct=True)
    return {name: found.get(name, rest) for name in cases}


class _Claims:
    """What of the problem changed, by id."""

    def __init__(self, before: Problem, after: Problem, moves: Moves) -> None:
        self._moves = moves
        self._demands = _changed(before.demands, after.demands, _without_limits)
        self._limits = _changed(before.demands, after.demands) - self._demands
        sources = (*before.offers, *before.stocks), (*after.offers, *after.stocks)
        self._supply = _changed(*sources, _without_price)
        self._prices = _changed(*sources) - self._supply
        self._cooperatives = _changed(before.cooperatives, after.cooperatives)
        self._kitchens = _changed(before.kitchens, after.kitchens)
        self._items = _changed(before.items, after.items)
        self._wholesalers = _changed(before.wholesalers, after.wholesalers)
        self._kitchen_of = {demand.id: demand.kitchen for demand in (*before.demands, *after.demands)}
        self._wholesaler_of = {stock.id: stock.wholesaler for stock in (*before.stocks, *after.stocks)}
        self._fixed = {(x.demand, x.source, x.cooperative): x.qty for x in before.fixed}
        self._fixed_now = {(x.demand, x.source, x.cooperative): x.qty for x in after.fixed}
        self._has_answers = self._fixed != self._fixed_now
        self._has_round = any(qty > self._fixed.get(line, 0) for line, qty in self._fixed_now.items())

    def direct(self, keys: list[LineKey]) -> ChangeCause | None:
        """Return the first cause that touches a case itself, in the order of ``ChangeCause``."""
        demand, sources = keys[0][0], {key[1] for key in keys}
        if demand in self._demands:
            return ChangeCause.DEMAND
        if any(self._is_answered(key) for key in keys):
            return ChangeCause.ANSWER
        if sources & self._supply:
            return ChangeCause.OFFER
        if sources & self._prices:
            return ChangeCause.PRICE
        touched = {key[2] for key in keys} & self._cooperatives or {key[3] for key in keys} & self._items
        wholesalers = {self._wholesaler_of.get(source, "") for source in sources}
        if touched or demand in self._limits or self._kitchen_of[demand] in self._kitchens:
            return ChangeCause.RULE
        return ChangeCause.RULE if wholesalers & self._wholesalers else None

    def _is_answered(self, key: LineKey) -> bool:
        """Whether a line was promised since, or lost in a round in which others were promised."""
        if not self._has_answers:
            return False
        was, now = self._moves[key]
        promised, promised_now = self._fixed.get(key[:3], 0), self._fixed_now.get(key[:3], 0)
        if now > was:
            return promised_now > max(promised, was)
        return promised > promised_now or (self._has_round and promised_now < was)


def _spread(after: Problem, before: Problem, cases: Mapping[str, list[LineKey]], found: dict[str, Verdict]) -> None:
    """Give the cases that nothing touches the cause of a neighbour, step by step."""
    kitchen_of = {demand.id: demand.kitchen for demand in (*before.demands, *after.demands)}
    ties: tuple[Callable[[str], Iterable[str]], ...] = (
        lambda name: {key[1] for key in cases[name]},
        lambda name: {key[2] for key in cases[name]},
        lambda name: (kitchen_of[name],),
    )
    while True:
        for tie in ties:
            known: dict[str, ChangeCause] = {}
            for name in sorted(found, key=lambda name: _FIRST.index(found[name].cause), reverse=True):
                known |= dict.fromkeys(tie(name), found[name].cause)
            new = {
                name: Verdict(min(reaching, key=_FIRST.index), is_direct=False)
                for name in cases
                if name not in found and (reaching := [known[knot] for knot in tie(name) if knot in known])
            }
            if new:
                found.update(new)
                break
        else:
            return


def _changed(
    before: Iterable[Any], after: Iterable[Any], view: Callable[[Any], object] = lambda part: part
) -> set[str]:
    """Ids of the parts that came, went, or look different."""
    old, new = ({part.id: part for part in parts} for parts in (before, after))
    came_or_went = old.keys() ^ new.keys()
    return came_or_went | {
        name for name in old.keys() & new.keys() if old[name] != new[name] and view(old[name]) != view(new[name])
    }


def _without_limits(demand: Any) -> object:  # noqa: ANN401  (as _changed: any part of a problem)
    return replace(demand, max_price_idr=0, substitutes=tuple(replace(x, max_price_idr=0) for x in demand.substitutes))


def _without_price(source: Any) -> object:  # noqa: ANN401  (as _without_limits)
    return replace(source, price_idr=0)
