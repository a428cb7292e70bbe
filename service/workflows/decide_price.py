"""A kitchen takes a counter-price, and the line is accepted; or refuses it, and the line goes to others."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm.attributes import flag_modified

from service.database.queries.entry_facts import read_caps, read_exceptions
from service.database.queries.late_answers import fates_of
from service.database.queries.locks import lock_order, lock_order_lines
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import NotFound
from service.domain.late_answers import require_in_time
from service.domain.orders import Answer, DeclineReason, OrderLine, apply_answer, close_if_answered
from service.domain.permissions import Action, require, require_actor, require_reach
from service.domain.places import Region
from service.domain.price_caps import require_within_caps
from service.domain.price_proposals import PRICE_PROPOSAL_TRANSITIONS, PriceProposal, PriceProposalStatus
from service.domain.status import transition
from service.domain.tables import require_version
from service.workflows.end_proposals import end_proposals
from service.workflows.make_purchases import make_purchases
from service.workflows.release_lines import Released, release_lines


@dataclass(frozen=True, slots=True)
class DecidePrice:
    """A kitchen's word on a counter-price, at the version that it saw."""

    proposal_id: UUID
    expected_version: int
    is_approved: bool


async def decide_price(work: UnitOfWork, command: DecidePrice) -> PriceProposal:
    """Take the price: the line is accepted whole at it. Or refuse it: the line is declined and asked of others.

    Raises
    ------
    NotPermitted, NotFound
        If the caller may not decide for the kitchen, or the proposal is another's.
    StaleVersion
        If it changed since the caller saw it.
    IllegalTransition
        If it was ended before.
    RespondByPassed
        After the order's respond-by time.
    PriceAboveCap
        If a cap that holds by now is lower than the price to be taken.
    """
    actor = require_actor(work.actor)
    seen = await work.session.get(PriceProposal, command.proposal_id)
    if seen is None:
        require(actor, Action.PRICE_PROPOSALS_DECIDE)
        raise NotFound("No such price proposal.")
    require_reach(
        actor,
        Action.PRICE_PROPOSALS_DECIDE,
        region_code=seen.region_code,
        organisation_ids=(seen.kitchen_id,),
        what="price proposal",
    )
    order = await lock_order(work.session, seen.order_id)
    lines = await lock_order_lines(work.session, order.id)
    await work.session.refresh(seen)
    require_version(seen, command.expected_version)
    status = PriceProposalStatus.APPROVED if command.is_approved else PriceProposalStatus.REFUSED
    transition(PRICE_PROPOSAL_TRANSITIONS, seen.status, status, what="price proposal")
    line = next(line for line in lines if line.id == seen.order_line_id)
    plan_id = require_in_time(order, work.now, await fates_of(work.session, order, [line], work.now))
    if command.is_approved:
        await _require_lawful(work, seen, line)
    await end_proposals(work, [line.id], status, by=actor.user_id)
    if command.is_approved:
        line.price_idr = seen.proposed_price_idr
    reason = None if command.is_approved else DeclineReason.PRICE_TOO_LOW
    released_qty = apply_answer(line, line.ordered_qty if command.is_approved else 0)
    work.session.add(answer_of(work, seen, accepted_qty=line.accepted_qty or 0, reason=reason))
    close_if_answered(order, lines)
    flag_modified(order, "status")
    await release_lines(work, order, lines, [Released(line, released_qty, reason)], plan_id=plan_id)
    await make_purchases(work, order, lines)
    await work.session.flush()
    return seen


async def _require_lawful(work: UnitOfWork, proposal: PriceProposal, line: OrderLine) -> None:
    """Refuse a price above a cap that holds on the cooking day: caps and exceptions may have changed since."""
    region = await work.session.get_one(Region, proposal.region_code)
    day = line.needed_date
    require_within_caps(
        proposal.proposed_price_idr,
        await read_caps(work.session, zone=region.price_zone, from_date=day, to_date=day),
        await read_exceptions(work.session, region_code=region.code, from_date=day, to_date=day),
        item_code=line.item_code,
        zone=region.price_zone,
        days=(day,),
    )


def answer_of(work: UnitOfWork, proposal: PriceProposal, *, accepted_qty: int, reason: DeclineReason | None) -> Answer:
    """Return the answer that a proposal ends in: the word of whoever proposed."""
    return Answer(
        id=work.new_id(),
        created_at=work.now,
        order_line_id=proposal.order_line_id,
        accepted_qty=accepted_qty,
        reason=reason,
        remark=proposal.remark,
        answered_by=proposal.proposed_by,
    )
