"""Goods that turn out bad after signing: rejected late, for a credit note."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response

from service.api.delivery_views import detailed, require_seen
from service.api.dependencies import allows
from service.database.queries.credit_notes import invoice_of_receipt, taken_lines
from service.database.queries.entry_facts import read_policy_values
from service.domain.credit_notes import LateReject, TakenLine, rejected_until
from service.domain.errors import InvalidField, NotFound
from service.domain.permissions import Action
from service.domain.receipts import Receipt, RejectReason
from service.web import kitchen_words
from service.web.forms import Form
from service.web.page import Page, PageView
from service.web.receiving import LONGEST_REMARK
from service.web.routes import PageRoute
from service.workflows.reject_late import RejectLate, reject_late

router = APIRouter(route_class=PageRoute, include_in_schema=False)

RECEIVE = allows(Action.DELIVERIES_RECEIVE)


@router.get("/receipts/{receipt_id}/late-rejects", dependencies=[RECEIVE])
async def show_late_rejects(receipt_id: UUID, page: Page) -> Response:
    """Ask which goods of a signed receipt turned out bad; those that can still be rejected."""
    receipt = await _require_receipt(page, receipt_id)
    lines = await _rejectable(page, receipt)
    policy = await read_policy_values(page.work.session, receipt.region_code) if lines else None
    signed_at = receipt.signed_at
    return await page.show(
        "receipts/late_rejects.html",
        receipt=receipt,
        delivery=await detailed(page.work, receipt.delivery_id),
        lines=lines,
        until={
            key: rejected_until(line.item, signed_at, policy) for key, line in lines.items() if policy and signed_at
        },
        reasons=page.worded(kitchen_words.REJECT_REASONS),
    )


@router.post("/receipts/{receipt_id}/late-rejects", dependencies=[RECEIVE])
async def send_late_rejects(receipt_id: UUID, page: Page, form: Form) -> Response:
    """Credit the goods that turned out bad."""
    receipt = await _require_receipt(page, receipt_id)
    rejects: list[LateReject] = []
    for key, line in (await _rejectable(page, receipt)).items():
        qty = form.amount(f"qty.{key}", line.item.unit, needed=False)
        if not qty:
            continue
        reason = form.choice(f"reason.{key}", RejectReason)
        remark = form.words(f"remark.{key}", longest=LONGEST_REMARK)
        if reason is not None:
            at = f"lines.{len(rejects)}"
            form.renamed |= {f"{at}.qty": f"qty.{key}", f"{at}.receipt_line_id": f"qty.{key}"}
            rejects.append(LateReject(key, qty, reason, remark))
    form.require()
    if not rejects:
        raise InvalidField.at("nothing", "Fill in one line at least.", code="nothing_chosen")
    await reject_late(page.work, RejectLate(receipt_id, tuple(rejects)))
    return page.leave(f"/deliveries/{receipt.delivery_id}/receipt", said="rejected_late")


async def _rejectable(page: PageView, receipt: Receipt) -> dict[UUID, TakenLine]:
    """Return the lines of which something can still be rejected, by receipt line."""
    invoice = await invoice_of_receipt(page.work.session, receipt.id)
    if invoice is None or receipt.signed_at is None:
        return {}
    policy = await read_policy_values(page.work.session, receipt.region_code)
    return {
        key: line
        for key, line in (await taken_lines(page.work.session, invoice.id)).items()
        if line.left_qty and page.work.now < rejected_until(line.item, receipt.signed_at, policy)
    }


async def _require_receipt(page: PageView, receipt_id: UUID) -> Receipt:
    receipt = await page.work.session.get(Receipt, receipt_id)
    require_seen(page.caller, Action.DELIVERIES_RECEIVE, receipt, what="receipt")
    if receipt is None:
        raise NotFound("No such receipt.")
    return receipt
