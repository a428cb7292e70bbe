"""Which deliveries, receipts and invoices a caller sees, and how."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from service.api.schemas.deliveries import DeliveryDetailOut, DeliveryLineOut, DeliveryOut
from service.api.schemas.receipts import ReceiptOut
from service.database.queries.deliveries import shown_lines, summary_of
from service.database.queries.receipts import receipt_lines, receipt_of, signatures_of
from service.database.unit_of_work import UnitOfWork
from service.domain.credit_notes import CreditNote
from service.domain.deliveries import Delivery
from service.domain.errors import InvalidField, NotFound
from service.domain.invoices import Invoice
from service.domain.people import Role
from service.domain.permissions import Action, Actor, own_only, require_reach
from service.domain.receipts import Receipt


def sides_seen(
    caller: Actor, action: Action, *, cooperative_id: UUID | None, kitchen_id: UUID | None
) -> tuple[tuple[UUID, ...], tuple[UUID, ...]]:
    """Return the cooperatives and kitchens that a list is narrowed to: what is asked, and what the caller may see."""
    own_id = own_only(caller, action)
    is_cooperative = caller.role is Role.COOP_OFFICER
    cooperatives = (cooperative_id, own_id if is_cooperative else None)
    kitchens = (kitchen_id, None if is_cooperative else own_id)
    return tuple(one for one in cooperatives if one is not None), tuple(one for one in kitchens if one is not None)


def require_seen(
    caller: Actor, action: Action, thing: Delivery | Receipt | Invoice | CreditNote | None, *, what: str
) -> None:
    """Refuse what does not exist or is not the caller's; the two look the same."""
    if thing is None:
        raise NotFound(f"No such {what}.")
    require_reach(
        caller,
        action,
        region_code=thing.region_code,
        organisation_ids=(thing.cooperative_id, thing.kitchen_id),
        what=what,
    )


async def detailed(work: UnitOfWork, delivery_id: UUID) -> DeliveryDetailOut:
    """Show a note with its lines."""
    summary = await summary_of(work.session, delivery_id)
    if summary is None:
        raise NotFound("No such delivery.")
    receipt = await receipt_of(work.session, delivery_id)
    shown = DeliveryOut.showing(summary)
    lines = [DeliveryLineOut.showing(line) for line in await shown_lines(work.session, delivery_id)]
    return DeliveryDetailOut(**shown.model_dump(), lines=lines, receipt_id=receipt.id if receipt else None)


async def shown_receipt(work: UnitOfWork, receipt: Receipt) -> ReceiptOut:
    """Show a receipt with its lines and signatures."""
    lines = await receipt_lines(work.session, receipt.id)
    return ReceiptOut.showing(receipt, lines, await signatures_of(work.session, receipt.id))


def dated_place(day: date, thing_id: UUID) -> str:
    """Return a thing's place in a list by day."""
    return f"{day.isoformat()}|{thing_id}"


def dated_place_after(code: str | None) -> tuple[date, UUID] | None:
    """Read a place in a list by day."""
    if code is None:
        return None
    day, _, thing_id = code.partition("|")
    try:
        return date.fromisoformat(day), UUID(thing_id)
    except ValueError as error:
        raise InvalidField.at(
            "after", "Send the next_cursor of the page before, unchanged.", code="invalid_cursor"
        ) from error
