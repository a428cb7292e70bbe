"""What endpoints ask for by type: the unit of work, the caller, page parameters, the version of a change."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Depends, Request

from service.api.access import allows, public
from service.api.etags import IfMatch
from service.api.pagination import USUAL_PER_PAGE, After, AfterCode, Limit
from service.database.unit_of_work import UnitOfWork
from service.domain.permissions import Actor

__all__ = ["USUAL_PER_PAGE", "After", "AfterCode", "Caller", "IfMatch", "Limit", "Work", "allows", "public"]


async def _work(request: Request) -> UnitOfWork:
    return cast("UnitOfWork", request.state.work)


async def _caller(request: Request) -> Actor:
    return cast("Actor", request.state.actor)


Work = Annotated[UnitOfWork, Depends(_work)]
"""The unit of work of the request; the route class commits it."""

Caller = Annotated[Actor, Depends(_caller)]
"""Who calls; every route with ``allows(...)`` has one."""
