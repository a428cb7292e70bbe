"""Counter-prices: a cooperative would bring a line at a higher, lawful price; the kitchen decides."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.dependencies import USUAL_PER_PAGE, After, Caller, Limit, Work, allows
from service.api.etags import IfMatch, set_etag
from service.api.list_files import FILES, Kind, as_file
from service.api.pagination import Page, page_of
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.price_proposals import DecisionIn, PriceProposalOut, PriceProposalsOut, ProposalsIn
from service.api.trouble_rows import PRICE_PROPOSALS, price_proposal_row
from service.database.cursors import Cursor
from service.database.queries.price_proposals import list_proposals, shown_proposals
from service.domain.errors import NotFound
from service.domain.permissions import Action, own_only, require_reach
from service.domain.price_proposals import PriceProposalStatus
from service.files.bounds import MOST_ROWS
from service.files.tables import FileKind
from service.workflows.decide_price import DecidePrice, decide_price
from service.workflows.propose_price import ProposePrice, propose_price

router = APIRouter(tags=["orders"], route_class=UnitOfWorkRoute)

READ = allows(Action.PRICE_PROPOSALS_READ)
Status = Annotated[PriceProposalStatus | None, Query(description="Only those in this status")]


@router.post("/orders/{order_id}/price-proposals", status_code=201, dependencies=[allows(Action.ORDERS_ANSWER)])
async def propose(order_id: UUID, body: ProposalsIn, work: Work, response: Response) -> PriceProposalsOut:
    """Propose a higher price for lines that wait for an answer, within the lawful limit.

    The line waits for the kitchen until the order's respond-by time; answering the line otherwise takes the proposal
    back, and a later proposal takes the place of an open one.
    """
    made = await propose_price(work, ProposePrice(order_id, body.said()))
    response.headers["Location"] = "/api/v1/price-proposals"
    shown = await shown_proposals(work.session, [one.id for one in made])
    return PriceProposalsOut(items=[PriceProposalOut.showing(one) for one in shown])


@router.get("/price-proposals", dependencies=[READ])
async def read_proposals(
    *,
    work: Work,
    caller: Caller,
    after: After,
    limit: Limit = USUAL_PER_PAGE,
    status: Status = None,
) -> Page[PriceProposalOut]:
    """List counter-prices, the latest first: both sides see their own, the city all."""
    rows = await list_proposals(
        work.session,
        region_code=caller.region_code,
        organisation_id=own_only(caller, Action.PRICE_PROPOSALS_READ),
        status=status,
        after=after,
        limit=limit + 1,
    )
    return page_of(
        rows,
        limit=limit,
        key=lambda row: Cursor(row.proposal.created_at, row.proposal.id),
        show=PriceProposalOut.showing,
    )


@router.get("/price-proposals/export", dependencies=[READ], response_class=Response, responses=FILES)
async def export_proposals(work: Work, caller: Caller, kind: Kind = FileKind.XLSX, status: Status = None) -> Response:
    """Give the counter-prices that the list shows as a file: both sides their own, the city all."""
    rows = await list_proposals(
        work.session,
        region_code=caller.region_code,
        organisation_id=own_only(caller, Action.PRICE_PROPOSALS_READ),
        status=status,
        after=None,
        limit=MOST_ROWS + 1,
    )
    return await as_file(work, "usulan-harga", kind, PRICE_PROPOSALS, [price_proposal_row(row) for row in rows])


@router.get("/price-proposals/{price_proposal_id}", dependencies=[READ])
async def read_proposal(price_proposal_id: UUID, work: Work, caller: Caller, response: Response) -> PriceProposalOut:
    """Show a counter-price."""
    found = await shown_proposals(work.session, [price_proposal_id])
    if not found:
        raise NotFound("No such price proposal.")
    [shown] = found
    proposal = shown.proposal
    require_reach(
        caller,
        Action.PRICE_PROPOSALS_READ,
        region_code=proposal.region_code,
        organisation_ids=(proposal.cooperative_id, proposal.kitchen_id),
        what="price proposal",
    )
    set_etag(response, proposal.version)
    return PriceProposalOut.showing(shown)


@router.post("/price-proposals/{price_proposal_id}/decision", dependencies=[allows(Action.PRICE_PROPOSALS_DECIDE)])
async def decide(
    price_proposal_id: UUID, body: DecisionIn, work: Work, version: IfMatch, response: Response
) -> PriceProposalOut:
    """Take the price, and the line is accepted whole at it; or refuse it, and the goods are asked of others."""
    done = await decide_price(work, DecidePrice(price_proposal_id, version, is_approved=body.is_approved))
    set_etag(response, done.version)
    [shown] = await shown_proposals(work.session, [done.id])
    return PriceProposalOut.showing(shown)
