"""Offers of cooperatives: published, changed, withdrawn."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.dependencies import USUAL_PER_PAGE, After, Caller, IfMatch, Limit, Work, allows
from service.api.etags import set_etag
from service.api.pagination import Page, page_of
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.offers import OfferChangeIn, OfferIn, OfferOut
from service.api.schemas.shapes import Day
from service.database.cursors import Cursor
from service.database.queries import offers as queries
from service.database.queries.offers import OfferFilter
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import NotFound
from service.domain.offers import Offer, OfferStatus
from service.domain.permissions import Action, own_only, require_reach
from service.workflows.change_offer import ChangeOffer, change_offer
from service.workflows.publish_offer import PublishOffer, publish_offer
from service.workflows.withdraw_offer import WithdrawOffer, withdraw_offer

router = APIRouter(prefix="/offers", tags=["offers"], route_class=UnitOfWorkRoute)

READ = allows(Action.OFFERS_READ)
WRITE = allows(Action.OFFERS_WRITE)
Cooperative = Annotated[UUID | None, Query(description="Only this cooperative's")]
Week = Annotated[
    Day | None, Query(description="Only those with a day in the week of this Monday", examples=["2026-11-30"])
]
ItemCode = Annotated[str | None, Query(max_length=16, description="Only of this item", examples=["CARROT"])]
Status = Annotated[OfferStatus | None, Query(description="Only those in this status")]


@router.get("", dependencies=[READ])
async def list_offers(
    *,
    work: Work,
    caller: Caller,
    after: After,
    limit: Limit = USUAL_PER_PAGE,
    cooperative_id: Cooperative = None,
    week_start: Week = None,
    item_code: ItemCode = None,
    status: Status = None,
) -> Page[OfferOut]:
    """List offers, newest first: a cooperative its own, the city those of the region."""
    wanted = OfferFilter(
        owner_id=own_only(caller, Action.OFFERS_READ),
        cooperative_id=cooperative_id,
        week_start=week_start,
        item_code=item_code,
        status=status,
    )
    rows = await queries.list_offers(
        work.session, region_code=caller.region_code, wanted=wanted, after=after, limit=limit + 1
    )
    lots = await queries.lots_of(work.session, [row.id for row in rows])
    return page_of(
        rows,
        limit=limit,
        key=lambda row: Cursor(row.created_at, row.id),
        show=lambda row: OfferOut.showing(row, lots[row.id]),
    )


@router.post("", status_code=201, dependencies=[WRITE])
async def create_offer(body: OfferIn, work: Work, caller: Caller, response: Response) -> OfferOut:
    """Publish goods of your own. A price above a cap on one of the days is refused with cap, source and day."""
    command = PublishOffer(
        cooperative_id=caller.organisation_id,
        item_code=body.item_code,
        offered_qty=body.offered_qty,
        price_idr=body.price_idr,
        from_date=body.from_date,
        to_date=body.to_date,
        min_qty=body.min_qty,
        cash_bp=body.cash_bp,
        origin_producer=body.origin_producer,
        lots=body.lot_entries(),
    )
    offer = await publish_offer(work, command)
    response.headers["Location"] = f"/api/v1/offers/{offer.id}"
    return await _shown(work, response, offer)


@router.get("/{offer_id}", dependencies=[READ])
async def read_offer(offer_id: UUID, work: Work, caller: Caller, response: Response) -> OfferOut:
    """Show an offer with its lots."""
    offer = await queries.find_offer(work.session, offer_id)
    if offer is None:
        raise NotFound("No such offer.")
    require_reach(
        caller,
        Action.OFFERS_READ,
        region_code=offer.region_code,
        organisation_ids=(offer.cooperative_id,),
        what="offer",
    )
    return await _shown(work, response, offer)


@router.patch("/{offer_id}", dependencies=[WRITE])
async def update_offer(
    offer_id: UUID, body: OfferChangeIn, work: Work, version: IfMatch, response: Response
) -> OfferOut:
    """Change an open offer. Once orders hold part of it, its price stands and its days may only grow."""
    offer = await change_offer(work, ChangeOffer(offer_id, version, body.changes()))
    return await _shown(work, response, offer)


@router.post("/{offer_id}/withdraw", dependencies=[WRITE])
async def take_offer_back(offer_id: UUID, work: Work, version: IfMatch, response: Response) -> OfferOut:
    """Take the unpromised rest off the market; what orders hold stays promised."""
    offer = await withdraw_offer(work, WithdrawOffer(offer_id, version))
    return await _shown(work, response, offer)


async def _shown(work: UnitOfWork, response: Response, offer: Offer) -> OfferOut:
    await work.session.flush()
    set_etag(response, offer.version)
    return OfferOut.showing(offer, (await queries.lots_of(work.session, [offer.id]))[offer.id])
