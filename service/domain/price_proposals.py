"""A cooperative's counter-price for a line that it was asked for: the kitchen takes it, or the line goes to others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.answers import LONGEST_REMARK
from service.domain.errors import FieldFault, InvalidField
from service.domain.orders import OrderLine, OrderLineStatus
from service.domain.status import Transitions, transition
from service.domain.tables import UTC_INSTANT, Entity, one_of


class PriceProposalStatus(StrEnum):
    """``open`` until the kitchen decides, the line is answered otherwise, or the order's time is over."""

    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


PRICE_PROPOSAL_TRANSITIONS: Transitions[PriceProposalStatus] = {
    PriceProposalStatus.OPEN: frozenset(PriceProposalStatus) - {PriceProposalStatus.OPEN},
    PriceProposalStatus.APPROVED: frozenset(),
    PriceProposalStatus.REFUSED: frozenset(),
    PriceProposalStatus.WITHDRAWN: frozenset(),
    PriceProposalStatus.EXPIRED: frozenset(),
}


class PriceProposal(Entity, table=True):
    """The price (rupiah per kg, litre or piece) at which a cooperative would bring all of a line."""

    __table_args__ = (
        sa.CheckConstraint("proposed_price_idr > ordered_price_idr AND ordered_price_idr > 0", name="asks_more"),
        sa.CheckConstraint(
            "(status IN ('approved', 'refused')) = (decided_by IS NOT NULL)", name="decided_by_somebody"
        ),
        sa.Index(
            "uq_price_proposal_open_line", "order_line_id", unique=True, postgresql_where=sa.text("status = 'open'")
        ),
        sa.Index("ix_price_proposal_order", "order_id"),
        sa.Index("ix_price_proposal_region_created", "region_code", "created_at", "id"),
        sa.Index("ix_price_proposal_cooperative_created", "cooperative_id", "created_at", "id"),
        sa.Index("ix_price_proposal_kitchen_created", "kitchen_id", "created_at", "id"),
    )
    region_code: str = Field(foreign_key="region.code")
    week_start: date
    order_id: UUID = Field(foreign_key="purchase_order.id")
    order_line_id: UUID = Field(foreign_key="order_line.id")
    cooperative_id: UUID = Field(foreign_key="cooperative.organisation_id")
    kitchen_id: UUID = Field(foreign_key="kitchen.organisation_id")
    ordered_price_idr: int = Field(sa_type=sa.BigInteger)
    proposed_price_idr: int = Field(sa_type=sa.BigInteger)
    remark: str | None = Field(default=None, max_length=LONGEST_REMARK)
    status: PriceProposalStatus = Field(sa_type=one_of(PriceProposalStatus))
    decide_by_at: datetime = Field(sa_type=UTC_INSTANT)
    """The order's respond-by time: silence of the kitchen refuses."""
    proposed_by: UUID = Field(foreign_key="app_user.id")
    decided_by: UUID | None = Field(default=None, foreign_key="app_user.id")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A counter-price as typed in (rupiah per kg, litre or piece)."""

    line_id: UUID
    price_idr: int
    remark: str | None = None


def require_valid(
    proposals: Sequence[Proposal], lines: Mapping[UUID, OrderLine], limits_idr: Mapping[UUID, int | None]
) -> None:
    """Refuse proposals with anything wrong in them, everything named at once.

    Parameters
    ----------
    lines
        The order's lines by id.
    limits_idr
        The highest lawful price of each line; ``None`` where no cap is known.

    Raises
    ------
    InvalidField
        With one fault per wrong field, such as ``proposals.2.price_idr``.
    """
    faults = list(_faults(proposals, lines, limits_idr))
    if faults:
        raise InvalidField(f"{len(faults)} faults in the proposals; nothing was changed.", faults=tuple(faults))


def _faults(
    proposals: Sequence[Proposal], lines: Mapping[UUID, OrderLine], limits_idr: Mapping[UUID, int | None]
) -> Iterator[FieldFault]:
    if not proposals:
        yield FieldFault("proposals", "missing", "Propose a price for at least one line.")
    seen: set[UUID] = set()
    for index, said in enumerate(proposals):
        line, at = lines.get(said.line_id), f"proposals.{index}"
        if line is None:
            yield FieldFault(f"{at}.line_id", "unknown_line", "This order has no such line.")
        elif said.line_id in seen:
            yield FieldFault(f"{at}.line_id", "duplicate", "Name each line once.")
        elif line.status is not OrderLineStatus.AWAITING_ANSWER:
            yield FieldFault(f"{at}.line_id", "not_waiting", "The line does not wait for an answer any more.")
        else:
            yield from _price_faults(f"{at}.price_idr", said.price_idr, line, limits_idr.get(line.id))
        seen.add(said.line_id)


def _price_faults(field: str, price_idr: int, line: OrderLine, limit_idr: int | None) -> Iterator[FieldFault]:
    if price_idr <= line.price_idr:
        yield FieldFault(field, "not_more", f"The order pays Rp {line.price_idr} already; accept it instead.")
    elif limit_idr is not None and price_idr > limit_idr:
        yield FieldFault(field, "price_above_cap", f"At most Rp {limit_idr}: the lawful limit for {line.item_code}.")


def decide(proposal: PriceProposal, status: PriceProposalStatus, *, by: UUID | None = None) -> None:
    """End an open proposal.

    Raises
    ------
    IllegalTransition
        If it was ended before.
    """
    proposal.status = transition(PRICE_PROPOSAL_TRANSITIONS, proposal.status, status, what="price proposal")
    proposal.decided_by = by
