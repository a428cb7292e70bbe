"""The one function of every status change; the tables of what may follow what stand beside each aggregate."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from service.domain.errors import IllegalTransition

S = TypeVar("S", bound=StrEnum)

Transitions = Mapping[S, frozenset[S]]


def transition(table: Transitions[S], current: S, target: S, *, what: str) -> S:
    """Return ``target`` if the table allows it after ``current``.

    Parameters
    ----------
    table
        For each status the statuses that may follow it.
    what
        The thing in words, for the refusal: "order", "offer".

    Raises
    ------
    IllegalTransition
        With the current status and those that would be allowed.
    """
    allowed = table[current]
    if target not in allowed:
        raise IllegalTransition(
            f"The {what} is {current.value}; it cannot become {target.value}.",
            current=current.value,
            target=target.value,
            allowed=sorted(status.value for status in allowed),
        )
    return target
