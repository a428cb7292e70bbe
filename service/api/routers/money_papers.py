"""Papers of money as PDF, in Indonesian: invoice, credit note, and the receipts of payments and refunds."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response

from service.api.delivery_views import require_seen
from service.api.dependencies import Caller, Work, allows
from service.api.paper_views import PAPERS, issued_at, parties_of, sent_as_file
from service.api.routes import UnitOfWorkRoute
from service.database.queries.credit_notes import note_lines
from service.database.queries.invoices import invoice_lines, reversal_of
from service.database.queries.payables import reversal_of as purchase_reversal_of
from service.database.unit_of_work import UnitOfWork
from service.domain.credit_notes import CreditNote
from service.domain.errors import NotFound
from service.domain.invoices import Invoice, Payment, PaymentKind
from service.domain.payables import PurchasePayment
from service.domain.permissions import Action, Actor, require_reach
from service.domain.purchases import Purchase
from service.files.papers.money import (
    MovedMoney,
    credit_note_paper,
    invoice_paper,
    payment_paper,
    purchase_payment_paper,
    refund_paper,
)

router = APIRouter(route_class=UnitOfWorkRoute, tags=["papers"])

READ = allows(Action.INVOICES_READ)


@router.get("/invoices/{invoice_id}/paper", dependencies=[READ], response_class=Response, responses=PAPERS)
async def print_invoice(invoice_id: UUID, work: Work, caller: Caller) -> Response:
    """Give the invoice as a paper (faktur), its sum in words too."""
    invoice = await work.session.get(Invoice, invoice_id)
    require_seen(caller, Action.INVOICES_READ, invoice, what="invoice")
    if invoice is None:
        raise NotFound("No such invoice.")
    lines = await invoice_lines(work.session, invoice.id)
    parties = await parties_of(work, (invoice.cooperative_id, invoice.kitchen_id))
    issued = await issued_at(work, invoice.region_code, invoice.created_at)
    cooperative, kitchen = parties[invoice.cooperative_id], parties[invoice.kitchen_id]
    return await sent_as_file(invoice_paper(invoice, lines, cooperative, kitchen, issued))


@router.get("/credit-notes/{credit_note_id}/paper", dependencies=[READ], response_class=Response, responses=PAPERS)
async def print_credit_note(credit_note_id: UUID, work: Work, caller: Caller) -> Response:
    """Give the credit note as a paper (nota kredit): the invoice that it lowers, what was rejected and why."""
    note = await work.session.get(CreditNote, credit_note_id)
    require_seen(caller, Action.INVOICES_READ, note, what="credit note")
    if note is None:
        raise NotFound("No such credit note.")
    invoice = await work.session.get_one(Invoice, note.invoice_id)
    lines = await note_lines(work.session, note.id)
    parties = await parties_of(work, (note.cooperative_id, note.kitchen_id))
    issued = await issued_at(work, note.region_code, note.created_at)
    cooperative, kitchen = parties[note.cooperative_id], parties[note.kitchen_id]
    return await sent_as_file(
        credit_note_paper(note, lines, invoice, cooperative=cooperative, kitchen=kitchen, issued=issued)
    )


@router.get("/payments/{payment_id}/paper", dependencies=[READ], response_class=Response, responses=PAPERS)
async def print_payment(payment_id: UUID, work: Work, caller: Caller) -> Response:
    """Give the cooperative's receipt of a payment (kuitansi), with its amount in words."""
    return await _printed_money(work, caller, payment_id, PaymentKind.PAYMENT)


@router.get("/refunds/{refund_id}/paper", dependencies=[READ], response_class=Response, responses=PAPERS)
async def print_refund(refund_id: UUID, work: Work, caller: Caller) -> Response:
    """Give the kitchen's receipt of money that came back to it (kuitansi), with its amount in words."""
    return await _printed_money(work, caller, refund_id, PaymentKind.REFUND)


@router.get(
    "/purchase-payments/{purchase_payment_id}/paper",
    dependencies=[allows(Action.PURCHASES_READ)],
    response_class=Response,
    responses=PAPERS,
)
async def print_payment_for_packs(purchase_payment_id: UUID, work: Work, caller: Caller) -> Response:
    """Give the wholesaler's receipt of a payment for packs (kuitansi), with its amount in words."""
    paid = await work.session.get(PurchasePayment, purchase_payment_id)
    if paid is None:
        raise NotFound("No such payment.")
    purchase = await work.session.get_one(Purchase, paid.purchase_id)
    sides = (purchase.cooperative_id, purchase.wholesaler_id)
    require_reach(
        caller, Action.PURCHASES_READ, region_code=purchase.region_code, organisation_ids=sides, what="payment"
    )
    if paid.reverses_id is not None:
        raise NotFound("No such payment.")
    undone = await purchase_reversal_of(work.session, paid.id)
    moved = MovedMoney(paid.amount_idr, paid.paid_on, paid.reference, undone.reference if undone else None)
    parties = await parties_of(work, sides)
    issued = await issued_at(work, purchase.region_code, paid.created_at)
    cooperative, wholesaler = (parties[side] for side in sides)
    return await sent_as_file(
        purchase_payment_paper(moved, purchase, cooperative=cooperative, wholesaler=wholesaler, issued=issued)
    )


async def _printed_money(work: UnitOfWork, caller: Actor, payment_id: UUID, kind: PaymentKind) -> Response:
    """Print the receipt that the side which got the money gives for it."""
    payment = await work.session.get(Payment, payment_id)
    invoice = await work.session.get(Invoice, payment.invoice_id) if payment else None
    what = kind.value
    require_seen(caller, Action.INVOICES_READ, invoice, what=what)
    if payment is None or invoice is None or payment.kind is not kind:
        raise NotFound(f"No such {what}.")
    undone = await reversal_of(work.session, payment.id)
    reason = undone.reference if undone else None
    moved = MovedMoney(abs(payment.amount_idr), payment.paid_on, payment.reference, reason)
    parties = await parties_of(work, (invoice.cooperative_id, invoice.kitchen_id))
    issued = await issued_at(work, invoice.region_code, payment.created_at)
    made = refund_paper if kind is PaymentKind.REFUND else payment_paper
    cooperative, kitchen = parties[invoice.cooperative_id], parties[invoice.kitchen_id]
    return await sent_as_file(made(moved, invoice, cooperative=cooperative, kitchen=kitchen, issued=issued))
