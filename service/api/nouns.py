"""A router that looks at the first word of an address: of sixty routers only one has to try its routes."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.routing import Match
from starlette.types import Scope


class NounRouter(APIRouter):
    """Holds another router, and says at once no to addresses that begin with none of its nouns.

    Trying the routes of all others took a third of a short request's time.
    """

    def __init__(self, router: APIRouter, *, prefix: str = "") -> None:
        super().__init__()
        self.include_router(router)
        self._start = len(prefix) + 1
        self._nouns = frozenset(_noun(route.path[1:]) for route in router.routes)  # type: ignore[attr-defined]

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Try the routes if the address is about one of the nouns."""
        if _noun(scope["path"][self._start :]) not in self._nouns:
            return Match.NONE, {}
        return super().matches(scope)


def _noun(path: str) -> str:
    return path.partition("/")[0]
