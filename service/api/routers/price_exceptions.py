"""Exceptions from a HAP, granted by the food office."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.dependencies import USUAL_PER_PAGE, After, Caller, IfMatch, Limit, Work, allows
from service.api.etags import set_etag
from service.api.list_exports import exported
from service.api.pagination import Page, page_of
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.price_caps import PriceExceptionIn, PriceExceptionOut
from service.database.cursors import Cursor
from service.database.queries import price_caps as queries
from service.domain.errors import NotFound
from service.domain.permissions import Action
from service.domain.price_cap_entries import Quote
from service.workflows.grant_price_exception import GrantPriceException, grant_price_exception
from service.workflows.revoke_price_exception import RevokePriceException, revoke_price_exception

router = APIRouter(prefix="/price-exceptions", tags=["price caps"], route_class=UnitOfWorkRoute)


@exported(router, "pengecualian-harga")
@router.get("", dependencies=[allows(Action.PRICE_EXCEPTIONS_READ)])
async def list_price_exceptions(
    work: Work,
    caller: Caller,
    after: After,
    item_code: Annotated[str | None, Query(max_length=16, examples=["EGG"])] = None,
    on: Annotated[date | None, Query(description="Only those in force on the day", examples=["2026-12-01"])] = None,
    limit: Limit = USUAL_PER_PAGE,
) -> Page[PriceExceptionOut]:
    """List the exceptions of the caller's region, newest first, revoked ones too unless a day is asked."""
    rows = await queries.list_exceptions(
        work.session,
        region_code=caller.region_code,
        wanted=queries.CapFilter(item_code=item_code, on=on),
        after=after,
        limit=limit + 1,
    )
    return page_of(rows, limit=limit, key=lambda row: Cursor(row.created_at, row.id), show=PriceExceptionOut.of)


@router.get("/{price_exception_id}", dependencies=[allows(Action.PRICE_EXCEPTIONS_READ)])
async def read_price_exception(
    price_exception_id: UUID, work: Work, caller: Caller, response: Response
) -> PriceExceptionOut:
    """Show one exception with its quotes."""
    exception = await queries.find_exception(work.session, price_exception_id)
    if exception is None or exception.region_code != caller.region_code:
        raise NotFound("No such price exception.")
    set_etag(response, exception.version)
    return PriceExceptionOut.of(exception)


@router.post("", status_code=201, dependencies=[allows(Action.PRICE_EXCEPTIONS_WRITE)])
async def grant_exception(body: PriceExceptionIn, work: Work, response: Response) -> PriceExceptionOut:
    """Allow a price above the HAP for an item and at most 31 days, on the strength of three quotes or more."""
    sent = body.model_dump(exclude={"quotes"})
    quotes = tuple(Quote(**quote.model_dump()) for quote in body.quotes)
    exception = await grant_price_exception(work, GrantPriceException(quotes=quotes, **sent))
    response.headers["Location"] = f"/api/v1/price-exceptions/{exception.id}"
    set_etag(response, exception.version)
    return PriceExceptionOut.of(exception)


@router.post("/{price_exception_id}/revoke", dependencies=[allows(Action.PRICE_EXCEPTIONS_WRITE)])
async def revoke_exception(
    price_exception_id: UUID, work: Work, version: IfMatch, response: Response
) -> PriceExceptionOut:
    """Take an exception back; orders made under it stay."""
    exception = await revoke_price_exception(work, RevokePriceException(price_exception_id, version))
    set_etag(response, exception.version)
    return PriceExceptionOut.of(exception)
