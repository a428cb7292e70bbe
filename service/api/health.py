"""What a load balancer asks: does the process live, and can it serve."""

from __future__ import annotations

import sqlalchemy as sa
from fastapi import APIRouter, Request
from sqlalchemy.exc import SQLAlchemyError

from service.api.draining import is_draining
from service.api.errors import DatabaseBusy, Draining
from service.api.options import units_of

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """Tell that the process lives."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(request: Request) -> dict[str, str]:
    """Tell that the database answers and that nobody told the process to stop."""
    if is_draining(request.app):
        raise Draining("The process was told to stop; ask another.")
    try:
        async with units_of(request).begin() as work:
            await work.session.execute(sa.text("SELECT 1"))
    except SQLAlchemyError as error:
        raise DatabaseBusy("The database does not answer.") from error
    return {"status": "ready"}
