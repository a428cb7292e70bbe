"""Open counter-prices end when their line is answered otherwise, is taken off, or its time is over."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from service.database.queries.price_proposals import lock_open_proposals
from service.database.unit_of_work import UnitOfWork
from service.domain.events import EventType
from service.domain.price_proposals import PriceProposal, PriceProposalStatus, decide


async def end_proposals(
    work: UnitOfWork, line_ids: Collection[UUID], status: PriceProposalStatus, *, by: UUID | None = None
) -> list[PriceProposal]:
    """End the open proposals of order lines and return them; the order is held by the caller.

    Parameters
    ----------
    by
        The user of the kitchen who decided; nobody where they end by themselves.
    """
    if not line_ids:
        return []
    ended = await lock_open_proposals(work.session, line_ids)
    for proposal in ended:
        decide(proposal, status, by=by)
        after = {
            "line_id": str(proposal.order_line_id),
            "status": status.value,
            "proposed_price_idr": proposal.proposed_price_idr,
        }
        work.record("price.decided", "price_proposal", proposal.id, region_code=proposal.region_code, after=after)
        work.announce(
            EventType.PRICE_DECIDED,
            entity="price_proposal",
            entity_id=proposal.id,
            region_code=proposal.region_code,
            concerns=[proposal.cooperative_id, proposal.kitchen_id],
            facts=after,
        )
    await work.session.flush()
    return ended
