"""Credit notes: goods that turned out bad after signing; payments taken back."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.delivery_views import dated_place, dated_place_after, require_seen, sides_seen
from service.api.dependencies import USUAL_PER_PAGE, AfterCode, Caller, Limit, Work, allows
from service.api.etags import set_etag
from service.api.export_rows import CREDIT_NOTES, credit_note_row
from service.api.list_files import FILES, Kind, as_file
from service.api.pagination import Page, page_of
from service.api.routers.invoices import detailed as invoice_detailed
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.credit_notes import CreditNoteDetailOut, CreditNoteLineOut, CreditNoteOut, LateRejectsIn
from service.api.schemas.invoices import InvoiceDetailOut, ReversalIn
from service.database.queries.credit_notes import list_credit_notes, list_credited_lines, note_lines, summary_of
from service.database.unit_of_work import UnitOfWork
from service.domain.credit_notes import CreditNote
from service.domain.errors import NotFound
from service.domain.permissions import Action
from service.files.bounds import MOST_ROWS
from service.files.tables import FileKind
from service.workflows.reject_late import RejectLate, reject_late
from service.workflows.reverse_payment import reverse_payment, reverse_refund

router = APIRouter(tags=["invoices"], route_class=UnitOfWorkRoute)

READ = allows(Action.INVOICES_READ)


@router.post("/receipts/{receipt_id}/late-rejects", status_code=201, dependencies=[allows(Action.DELIVERIES_RECEIVE)])
async def reject_signed_goods(
    receipt_id: UUID, body: LateRejectsIn, work: Work, response: Response
) -> CreditNoteDetailOut:
    """Reject goods that were signed for and turned out bad: a credit note, and that much less is owed.

    Within `late_reject_days` of signing (the city's policy: 3 at first), goods that keep (14 days without cold) within
    `late_reject_keeping_days` (14). If the invoice was paid already, the cooperative gives the money back
    (`refundable_idr` of the invoice).
    """
    note = await reject_late(work, RejectLate(receipt_id, body.said()))
    response.headers["Location"] = f"/api/v1/credit-notes/{note.id}"
    return await _detailed(work, note.id)


@router.get("/credit-notes", dependencies=[READ])
async def read_credit_notes(
    *,
    work: Work,
    caller: Caller,
    after: AfterCode,
    limit: Limit = USUAL_PER_PAGE,
    cooperative_id: Annotated[UUID | None, Query(description="Only this cooperative's")] = None,
    kitchen_id: Annotated[UUID | None, Query(description="Only this kitchen's")] = None,
) -> Page[CreditNoteOut]:
    """List credit notes, the latest first: each side its own, the city all."""
    cooperatives, kitchens = sides_seen(
        caller, Action.INVOICES_READ, cooperative_id=cooperative_id, kitchen_id=kitchen_id
    )
    rows = await list_credit_notes(
        work.session,
        region_code=caller.region_code,
        cooperative_ids=cooperatives,
        kitchen_ids=kitchens,
        after=dated_place_after(after),
        limit=limit + 1,
    )
    return page_of(
        rows, limit=limit, key=lambda row: dated_place(row.note.issued_on, row.note.id), show=CreditNoteOut.showing
    )


@router.get("/credit-notes/export", dependencies=[READ], response_class=Response, responses=FILES)
async def export_credit_notes(
    *,
    work: Work,
    caller: Caller,
    kind: Kind = FileKind.XLSX,
    cooperative_id: Annotated[UUID | None, Query(description="Only this cooperative's")] = None,
    kitchen_id: Annotated[UUID | None, Query(description="Only this kitchen's")] = None,
) -> Response:
    """Give the lines of the credit notes that the list shows as a file: each side its own, the city all."""
    cooperatives, kitchens = sides_seen(
        caller, Action.INVOICES_READ, cooperative_id=cooperative_id, kitchen_id=kitchen_id
    )
    found = await list_credited_lines(
        work.session,
        region_code=caller.region_code,
        cooperative_ids=cooperatives,
        kitchen_ids=kitchens,
        limit=MOST_ROWS + 1,
    )
    return await as_file(work, "nota-kredit", kind, CREDIT_NOTES, [credit_note_row(line) for line in found])


@router.get("/credit-notes/{credit_note_id}", dependencies=[READ])
async def read_credit_note(credit_note_id: UUID, work: Work, caller: Caller) -> CreditNoteDetailOut:
    """Show a credit note with its lines; it never changes."""
    note = await work.session.get(CreditNote, credit_note_id)
    require_seen(caller, Action.INVOICES_READ, note, what="credit note")
    return await _detailed(work, credit_note_id)


@router.post("/payments/{payment_id}/reversal", status_code=201, dependencies=[allows(Action.INVOICES_PAY)])
async def reverse(payment_id: UUID, body: ReversalIn, work: Work, response: Response) -> InvoiceDetailOut:
    """Take back a payment that was written down by mistake; both stay visible, and the invoice is owed again."""
    invoice = await reverse_payment(work, body.said(payment_id))
    response.headers["Location"] = f"/api/v1/invoices/{invoice.id}"
    set_etag(response, invoice.version)
    return await invoice_detailed(work, invoice.id)


@router.post("/refunds/{refund_id}/reversal", status_code=201, dependencies=[allows(Action.INVOICES_REFUND)])
async def undo_refund(refund_id: UUID, body: ReversalIn, work: Work, response: Response) -> InvoiceDetailOut:
    """Take back a refund that was written down by mistake; both stay visible, and the money is still to be given."""
    invoice = await reverse_refund(work, body.said(refund_id))
    response.headers["Location"] = f"/api/v1/invoices/{invoice.id}"
    set_etag(response, invoice.version)
    return await invoice_detailed(work, invoice.id)


async def _detailed(work: UnitOfWork, note_id: UUID) -> CreditNoteDetailOut:
    summary = await summary_of(work.session, note_id)
    if summary is None:
        raise NotFound("No such credit note.")
    lines = [CreditNoteLineOut.showing(line, item) for line, item in await note_lines(work.session, note_id)]
    return CreditNoteDetailOut(**CreditNoteOut.showing(summary).model_dump(), lines=lines)
