"""A kitchen's money: what is due and overdue, paying whole or in parts, and the papers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.dependencies import AfterCode, allows
from service.api.routers.credit_notes import read_credit_notes
from service.api.routers.invoices import read_invoice, read_invoices
from service.api.routers.ledgers import read_statements
from service.domain.calendars import week_of
from service.domain.errors import NotFound
from service.domain.invoices import InvoiceStatus, Payment
from service.domain.permissions import Action
from service.web.filters import BLANK
from service.web.forms import Form, Typed
from service.web.kitchen_weeks import own_kitchen
from service.web.page import Page, PageView
from service.web.routes import PageRoute
from service.words import trade_words
from service.workflows.pay_invoice import PayInvoice, pay_invoice
from service.workflows.refund_invoice import RefundInvoice, refund_invoice
from service.workflows.reverse_payment import ReversePayment, reverse_payment, reverse_refund

router = APIRouter(route_class=PageRoute, include_in_schema=False)

READ = allows(Action.INVOICES_READ)
PER_PAGE = 20
LONGEST_REFERENCE = 60
REPORT_DAYS = 14
MOST_NOTES = 20


@router.get("/payments", dependencies=[READ])
async def show_payments(
    page: Page,
    after: AfterCode,
    status: Annotated[InvoiceStatus | None, BLANK, Query()] = None,
    overdue: Annotated[bool, Query()] = False,
) -> Response:
    """List what a kitchen owes, and the papers that it hands in."""
    kitchen_id = own_kitchen(page, Action.INVOICES_READ)
    if kitchen_id is None or not page.may(Action.RECALLS_READ):
        return page.leave("/")
    listed = await read_invoices(
        work=page.work, caller=page.caller, after=after, limit=PER_PAGE, status=status, overdue=overdue,
        cooperative_id=None, kitchen_id=None,
    )  # fmt: skip
    today = await page.today()
    return await page.show(
        "payments/payments.html",
        listed=listed,
        chosen="overdue" if overdue else status,
        reports=_reports(today),
        statements=await read_statements(kitchen_id, page.work, page.caller, today - timedelta(days=30), today),
        notes=await read_credit_notes(
            work=page.work, caller=page.caller, after=None, limit=MOST_NOTES, cooperative_id=None, kitchen_id=None
        ),
        words=trade_words,
    )


@router.get("/invoices/{invoice_id}/payments", dependencies=[READ])
async def show_invoice(invoice_id: UUID, page: Page) -> Response:
    """Show an invoice with its goods and payments; whoever may pays it here."""
    invoice = await read_invoice(invoice_id, page.work, page.caller, Response())
    return await page.show(
        "payments/invoice.html",
        invoice=invoice,
        reversed_ids={one.reverses_id for one in invoice.payments},
        today=await page.today(),
        words=trade_words,
    )


@router.post("/invoices/{invoice_id}/payments", dependencies=[allows(Action.INVOICES_PAY)])
async def send_payment(invoice_id: UUID, page: Page, form: Form) -> Response:
    """Write down what was paid, whole or a part."""
    await _require_invoice(page, invoice_id)
    amount, paid_on, reference = _transfer(form)
    await pay_invoice(page.work, PayInvoice(invoice_id, amount, paid_on, reference))
    return page.leave(f"/invoices/{invoice_id}/payments", said="paid")


@router.post("/invoices/{invoice_id}/refunds", dependencies=[allows(Action.INVOICES_REFUND)])
async def send_refund(invoice_id: UUID, page: Page, form: Form) -> Response:
    """Write down what a cooperative gave back, whole or a part."""
    await _require_invoice(page, invoice_id)
    amount, paid_on, reference = _transfer(form)
    await refund_invoice(page.work, RefundInvoice(invoice_id, amount, paid_on, reference))
    return page.leave(f"/invoices/{invoice_id}/payments", said="refunded")


@router.post("/payments/{payment_id}/reversal", dependencies=[allows(Action.INVOICES_PAY)])
async def send_payment_reversal(payment_id: UUID, page: Page, form: Form) -> Response:
    """Take back a payment that was written down by mistake."""
    invoice = await reverse_payment(page.work, await _reversal(page, form, payment_id))
    return page.leave(f"/invoices/{invoice.id}/payments", said="payment_taken_back")


@router.post("/refunds/{refund_id}/reversal", dependencies=[allows(Action.INVOICES_REFUND)])
async def send_refund_reversal(refund_id: UUID, page: Page, form: Form) -> Response:
    """Take back a refund that was written down by mistake."""
    invoice = await reverse_refund(page.work, await _reversal(page, form, refund_id))
    return page.leave(f"/invoices/{invoice.id}/payments", said="payment_taken_back")


def _transfer(form: Typed) -> tuple[int, date, str]:
    """Return amount, day and reference of a transfer as typed."""
    amount, paid_on = form.rupiah("amount_idr"), form.day("paid_on")
    reference = form.words("reference", longest=LONGEST_REFERENCE, needed=True)
    form.require()
    return amount or 0, paid_on or date.min, reference or ""


async def _reversal(page: PageView, form: Typed, payment_id: UUID) -> ReversePayment:
    payment = await page.work.session.get(Payment, payment_id)
    if payment is None:
        raise NotFound("No such payment.")
    await _require_invoice(page, payment.invoice_id)
    form.renamed["reason"] = f"reason.{payment_id}"
    reason = form.words(f"reason.{payment_id}", longest=LONGEST_REFERENCE, needed=True)
    form.require()
    return ReversePayment(payment_id, reason or "")


async def _require_invoice(page: PageView, invoice_id: UUID) -> None:
    await read_invoice(invoice_id, page.work, page.caller, Response())


def _reports(today: date) -> list[tuple[date, date]]:
    """Return the two-week periods that reports are handed in for, the latest first."""
    first = week_of(today)
    starts = [first - timedelta(days=REPORT_DAYS * back) for back in range(-1, 3)]
    return [(start, start + timedelta(days=REPORT_DAYS - 1)) for start in starts]
