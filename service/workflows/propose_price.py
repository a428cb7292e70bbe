"""A cooperative that would bring a line at a higher, lawful price proposes it; the kitchen decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm.attributes import flag_modified

from service.database.queries.entry_facts import read_caps, read_exceptions
from service.database.queries.late_answers import fates_of
from service.database.queries.locks import lock_order_lines
from service.database.unit_of_work import UnitOfWork
from service.domain.events import EventType
from service.domain.late_answers import require_in_time
from service.domain.orders import Order, OrderLine
from service.domain.permissions import require_actor
from service.domain.places import Region
from service.domain.price_caps import cap_limit_idr
from service.domain.price_proposals import PriceProposal, PriceProposalStatus, Proposal, require_valid
from service.workflows.answer_order import held_order
from service.workflows.end_proposals import end_proposals


@dataclass(frozen=True, slots=True)
class ProposePrice:
    """Counter-prices for lines of an order."""

    order_id: UUID
    proposals: tuple[Proposal, ...]


async def propose_price(work: UnitOfWork, command: ProposePrice) -> list[PriceProposal]:
    """Ask the kitchens of some lines for a higher price; the lines wait meanwhile, until the order's time is over.

    A later proposal for the same line takes the place of an open one.

    Raises
    ------
    NotPermitted, NotFound
        If the caller may not answer for the cooperative, or the order is another's.
    RespondByPassed
        After the respond-by time.
    InvalidField
        With every fault of every line; a price above the lawful limit is one.
    """
    actor = require_actor(work.actor)
    order = await held_order(work, command.order_id, None)
    lines = {line.id: line for line in await lock_order_lines(work.session, order.id)}
    asked = [lines[said.line_id] for said in command.proposals if said.line_id in lines]
    require_in_time(order, work.now, await fates_of(work.session, order, asked, work.now))
    require_valid(command.proposals, lines, await _limits(work, order, asked))
    await end_proposals(work, [said.line_id for said in command.proposals], PriceProposalStatus.WITHDRAWN)
    rows = [_row(work, order, lines[said.line_id], said, by=actor.user_id) for said in command.proposals]
    work.session.add_all(rows)
    flag_modified(order, "status")
    await work.session.flush()
    for row in rows:
        _record(work, order, row)
    return rows


async def _limits(work: UnitOfWork, order: Order, lines: Sequence[OrderLine]) -> dict[UUID, int | None]:
    """Return the highest lawful price of each line on its cooking day."""
    if not lines:
        return {}
    region = await work.session.get_one(Region, order.region_code)
    days = [line.needed_date for line in lines]
    first, last = min(days), max(days)
    caps = await read_caps(work.session, zone=region.price_zone, from_date=first, to_date=last)
    exceptions = await read_exceptions(work.session, region_code=region.code, from_date=first, to_date=last)
    return {
        line.id: cap_limit_idr(caps, exceptions, item_code=line.item_code, zone=region.price_zone, day=line.needed_date)
        for line in lines
    }


def _row(work: UnitOfWork, order: Order, line: OrderLine, said: Proposal, *, by: UUID) -> PriceProposal:
    return PriceProposal(
        id=work.new_id(),
        created_at=work.now,
        region_code=order.region_code,
        week_start=order.week_start,
        order_id=order.id,
        order_line_id=line.id,
        cooperative_id=order.cooperative_id,
        kitchen_id=line.kitchen_id,
        ordered_price_idr=line.price_idr,
        proposed_price_idr=said.price_idr,
        remark=said.remark,
        status=PriceProposalStatus.OPEN,
        decide_by_at=order.respond_by_at or work.now,  # an order without one was refused before
        proposed_by=by,
    )


def _record(work: UnitOfWork, order: Order, row: PriceProposal) -> None:
    after = {
        "line_id": str(row.order_line_id),
        "number": order.number,
        "ordered_price_idr": row.ordered_price_idr,
        "proposed_price_idr": row.proposed_price_idr,
    }
    work.record("price.proposed", "price_proposal", row.id, region_code=row.region_code, after=after)
    work.announce(
        EventType.PRICE_PROPOSED,
        entity="price_proposal",
        entity_id=row.id,
        region_code=row.region_code,
        concerns=[row.cooperative_id, row.kitchen_id],
        facts=after,
    )
