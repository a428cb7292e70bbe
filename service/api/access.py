"""What a route asks of its caller: a right from the permission table, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import Depends, Request
from fastapi.routing import APIRoute

from service.domain.errors import NotAuthenticated
from service.domain.permissions import Action, Actor, require


@dataclass(frozen=True, slots=True)
class Access:
    """The rule of one route; as a dependency it also refuses where a route forgot to ask it earlier."""

    action: Action | None
    is_idempotent: bool = False
    """Whether a POST has the same effect when it is repeated anyway, so that it needs no Idempotency-Key."""

    def check(self, actor: Actor | None) -> None:
        """Refuse a caller without the right."""
        if self.action is None:
            return
        if actor is None:
            raise NotAuthenticated("Log in, or send an API key: this address is not public.")
        require(actor, self.action)

    async def __call__(self, request: Request) -> None:
        self.check(getattr(request.state, "actor", None))


def allows(action: Action, *, is_idempotent: bool = False) -> Any:  # noqa: ANN401 (FastAPI's own type of a marker)
    """Mark a route as open to the callers who have the right to the action."""
    return Depends(Access(action, is_idempotent))


def public(*, is_idempotent: bool = False) -> Any:  # noqa: ANN401 (as above)
    """Mark a route as open to everybody."""
    return Depends(Access(None, is_idempotent))


def access_of(route: APIRoute) -> Access:
    """Return the one rule of a route.

    Raises
    ------
    TypeError
        If the route has none, or more than one: found when the program starts, not by a stranger.
    """
    rules = [marker.dependency for marker in route.dependencies if isinstance(marker.dependency, Access)]
    if len(rules) != 1:
        message = f"{sorted(route.methods or ())} {route.path} needs exactly one allows(...) or public()"
        raise TypeError(message)
    return rules[0]
