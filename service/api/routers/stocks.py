"""Stocks of wholesalers: published, changed, withdrawn."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.dependencies import USUAL_PER_PAGE, After, Caller, IfMatch, Limit, Work, allows
from service.api.etags import set_etag
from service.api.pagination import Page, page_of
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.shapes import Day
from service.api.schemas.stocks import QuotaIn, QuotaOut, QuotasOut, StockChangeIn, StockIn, StockOut
from service.database.cursors import Cursor
from service.database.queries import stocks as queries
from service.database.queries.quotas import branches_with_quotas
from service.database.queries.stocks import StockFilter
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import NotFound
from service.domain.permissions import Action, own_only, require_reach
from service.domain.stocks import Stock, StockStatus, available_packs
from service.workflows.change_stock import ChangeStock, change_stock
from service.workflows.publish_stock import PublishStock, publish_stock
from service.workflows.set_quota import SetQuota, set_branch_quota
from service.workflows.stock_steps import require_mine
from service.workflows.withdraw_stock import WithdrawStock, withdraw_stock

router = APIRouter(prefix="/stocks", tags=["stocks"], route_class=UnitOfWorkRoute)

READ = allows(Action.STOCKS_READ)
WRITE = allows(Action.STOCKS_WRITE)
Wholesaler = Annotated[UUID | None, Query(description="Only this wholesaler's")]
Week = Annotated[
    Day | None, Query(description="Only those with a day in the week of this Monday", examples=["2026-11-30"])
]
ItemCode = Annotated[str | None, Query(max_length=16, description="Only of this item", examples=["RICE-P"])]
Status = Annotated[StockStatus | None, Query(description="Only those in this status")]


@router.get("", dependencies=[READ])
async def list_stocks(
    *,
    work: Work,
    caller: Caller,
    after: After,
    limit: Limit = USUAL_PER_PAGE,
    wholesaler_id: Wholesaler = None,
    week_start: Week = None,
    item_code: ItemCode = None,
    status: Status = None,
) -> Page[StockOut]:
    """List stocks, newest first: a wholesaler its own; cooperatives and the city those of the region."""
    wanted = StockFilter(
        owner_id=own_only(caller, Action.STOCKS_READ),
        wholesaler_id=wholesaler_id,
        week_start=week_start,
        item_code=item_code,
        status=status,
    )
    rows = await queries.list_stocks(
        work.session, region_code=caller.region_code, wanted=wanted, after=after, limit=limit + 1
    )
    return page_of(rows, limit=limit, key=lambda row: Cursor(row.created_at, row.id), show=StockOut.showing)


@router.post("", status_code=201, dependencies=[WRITE])
async def create_stock(body: StockIn, work: Work, caller: Caller, response: Response) -> StockOut:
    """Put packs on the shelf. Refused where a kitchen would pay more than a cap even without a mark-up."""
    command = PublishStock(
        wholesaler_id=caller.organisation_id,
        item_code=body.item_code,
        packs=body.packs,
        pack_qty=body.pack_qty,
        price_idr=body.price_idr,
        from_date=body.from_date,
        to_date=body.to_date,
    )
    stock = await publish_stock(work, command)
    response.headers["Location"] = f"/api/v1/stocks/{stock.id}"
    return await _shown(work, response, stock)


@router.get("/{stock_id}", dependencies=[READ])
async def read_stock(stock_id: UUID, work: Work, caller: Caller, response: Response) -> StockOut:
    """Show a stock."""
    stock = await queries.find_stock(work.session, stock_id)
    if stock is None:
        raise NotFound("No such stock.")
    require_reach(
        caller,
        Action.STOCKS_READ,
        region_code=stock.region_code,
        organisation_ids=(stock.wholesaler_id,),
        what="stock",
    )
    return await _shown(work, response, stock)


@router.patch("/{stock_id}", dependencies=[WRITE])
async def update_stock(
    stock_id: UUID, body: StockChangeIn, work: Work, version: IfMatch, response: Response
) -> StockOut:
    """Change an open stock. Once packs are promised, price and pack size stand and the days may only grow."""
    stock = await change_stock(work, ChangeStock(stock_id, version, body.changes()))
    return await _shown(work, response, stock)


@router.post("/{stock_id}/withdraw", dependencies=[WRITE])
async def take_stock_back(stock_id: UUID, work: Work, version: IfMatch, response: Response) -> StockOut:
    """Take the unpromised packs off the shelf; promised packs stay promised."""
    stock = await withdraw_stock(work, WithdrawStock(stock_id, version))
    return await _shown(work, response, stock)


@router.get("/{stock_id}/quotas", dependencies=[WRITE])
async def read_quotas(stock_id: UUID, work: Work, response: Response) -> QuotasOut:
    """Show how your stock is divided between your region and your branches in others."""
    stock = require_mine(work, await queries.find_stock(work.session, stock_id))
    return await _divided(work, response, stock)


@router.post("/{stock_id}/quotas", dependencies=[WRITE])
async def keep_for_branch(stock_id: UUID, body: QuotaIn, work: Work, version: IfMatch, response: Response) -> QuotasOut:
    """Keep packs for a branch in another region, or take back what is not promised there.

    The branch has them as a stock of its own, at your price. What its region's week does not need comes back by itself:
    once the plan is published and the time to answer is over. Give it to another branch then, or sell it at home.
    """
    stock = await set_branch_quota(work, SetQuota(stock_id, version, body.branch_id, body.packs))
    return await _divided(work, response, stock)


async def _divided(work: UnitOfWork, response: Response, stock: Stock) -> QuotasOut:
    await work.session.flush()
    set_etag(response, stock.version)
    return QuotasOut(
        stock_id=stock.id,
        version=stock.version,
        available_packs=available_packs(stock),
        quotas=[QuotaOut.showing(*row) for row in await branches_with_quotas(work.session, stock)],
    )


async def _shown(work: UnitOfWork, response: Response, stock: Stock) -> StockOut:
    await work.session.flush()
    set_etag(response, stock.version)
    return StockOut.showing(stock)
