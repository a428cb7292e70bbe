"""Invoices and payments."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.delivery_views import dated_place, dated_place_after, require_seen, sides_seen
from service.api.dependencies import USUAL_PER_PAGE, AfterCode, Caller, Limit, Work, allows
from service.api.etags import set_etag
from service.api.export_rows import INVOICES, invoice_row
from service.api.list_files import FILES, Kind, as_file
from service.api.pagination import Page, page_of
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.invoices import InvoiceDetailOut, InvoiceLineOut, InvoiceOut, PaymentIn, PaymentOut, RefundIn
from service.database.queries.invoices import InvoiceFilter, invoice_lines, list_invoices, payments_of, summary_of
from service.database.unit_of_work import UnitOfWork
from service.domain.calendars import local_day
from service.domain.errors import NotFound
from service.domain.invoices import Invoice, InvoiceStatus
from service.domain.permissions import Action, Actor
from service.domain.places import Region
from service.files.bounds import MOST_ROWS
from service.files.tables import FileKind
from service.workflows.pay_invoice import pay_invoice
from service.workflows.refund_invoice import refund_invoice

router = APIRouter(prefix="/invoices", tags=["invoices"], route_class=UnitOfWorkRoute)

READ = allows(Action.INVOICES_READ)


@router.get("", dependencies=[READ])
async def read_invoices(
    *,
    work: Work,
    caller: Caller,
    after: AfterCode,
    limit: Limit = USUAL_PER_PAGE,
    status: Annotated[InvoiceStatus | None, Query(description="Only those in this status")] = None,
    overdue: Annotated[bool, Query(description="Only those that are late today")] = False,
    refundable: Annotated[bool, Query(description="Only those of which money is to be given back")] = False,
    cooperative_id: Annotated[UUID | None, Query(description="Only this cooperative's")] = None,
    kitchen_id: Annotated[UUID | None, Query(description="Only this kitchen's")] = None,
) -> Page[InvoiceOut]:
    """List invoices, the latest first: each side its own, the city all."""
    today = await _today(work, caller)
    cooperatives, kitchens = sides_seen(
        caller, Action.INVOICES_READ, cooperative_id=cooperative_id, kitchen_id=kitchen_id
    )
    wanted = InvoiceFilter(cooperatives, kitchens, status, today if overdue else None, refundable)
    rows = await list_invoices(
        work.session, region_code=caller.region_code, wanted=wanted, after=dated_place_after(after), limit=limit + 1
    )
    return page_of(
        rows,
        limit=limit,
        key=lambda row: dated_place(row.invoice.issued_on, row.invoice.id),
        show=lambda row: InvoiceOut.showing(row, today),
    )


@router.get("/export", dependencies=[READ], response_class=Response, responses=FILES)
async def export_invoices(
    *,
    work: Work,
    caller: Caller,
    kind: Kind = FileKind.XLSX,
    status: Annotated[InvoiceStatus | None, Query(description="Only those in this status")] = None,
    overdue: Annotated[bool, Query(description="Only those that are late today")] = False,
    refundable: Annotated[bool, Query(description="Only those of which money is to be given back")] = False,
    cooperative_id: Annotated[UUID | None, Query(description="Only this cooperative's")] = None,
    kitchen_id: Annotated[UUID | None, Query(description="Only this kitchen's")] = None,
) -> Response:
    """Give the list of invoices as a file: each side its own, the city all."""
    sides = sides_seen(caller, Action.INVOICES_READ, cooperative_id=cooperative_id, kitchen_id=kitchen_id)
    wanted = InvoiceFilter(*sides, status, await _today(work, caller) if overdue else None, refundable)
    found = await list_invoices(
        work.session, region_code=caller.region_code, wanted=wanted, after=None, limit=MOST_ROWS + 1
    )
    return await as_file(work, "faktur", kind, INVOICES, [invoice_row(summary) for summary in found])


@router.get("/{invoice_id}", dependencies=[READ])
async def read_invoice(invoice_id: UUID, work: Work, caller: Caller, response: Response) -> InvoiceDetailOut:
    """Show an invoice with its lines and payments."""
    require_seen(caller, Action.INVOICES_READ, await work.session.get(Invoice, invoice_id), what="invoice")
    shown = await detailed(work, invoice_id)
    set_etag(response, shown.version)
    return shown


@router.post("/{invoice_id}/payments", status_code=201, dependencies=[allows(Action.INVOICES_PAY)])
async def pay(invoice_id: UUID, body: PaymentIn, work: Work, response: Response) -> InvoiceDetailOut:
    """Write down a payment, whole or in part; never more than is owed."""
    invoice = await pay_invoice(work, body.said(invoice_id))
    response.headers["Location"] = f"/api/v1/invoices/{invoice_id}"
    set_etag(response, invoice.version)
    return await detailed(work, invoice_id)


@router.post("/{invoice_id}/refunds", status_code=201, dependencies=[allows(Action.INVOICES_REFUND)])
async def refund(invoice_id: UUID, body: RefundIn, work: Work, response: Response) -> InvoiceDetailOut:
    """Write down what was given back: at most what was paid beyond what is owed after goods were credited."""
    invoice = await refund_invoice(work, body.said(invoice_id))
    response.headers["Location"] = f"/api/v1/invoices/{invoice_id}"
    set_etag(response, invoice.version)
    return await detailed(work, invoice_id)


async def detailed(work: UnitOfWork, invoice_id: UUID) -> InvoiceDetailOut:
    """Show an invoice with its lines and payments."""
    summary = await summary_of(work.session, invoice_id)
    if summary is None:
        raise NotFound("No such invoice.")
    region = await work.session.get_one(Region, summary.invoice.region_code)
    shown = InvoiceOut.showing(summary, local_day(work.now, timezone=region.timezone))
    lines = [InvoiceLineOut.showing(line, item) for line, item in await invoice_lines(work.session, invoice_id)]
    payments = [PaymentOut.of(payment) for payment in await payments_of(work.session, invoice_id)]
    return InvoiceDetailOut(**shown.model_dump(), lines=lines, payments=payments)


async def _today(work: UnitOfWork, caller: Actor) -> date:
    region = await work.session.get_one(Region, caller.region_code)
    return local_day(work.now, timezone=region.timezone)
