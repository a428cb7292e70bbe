"""Purchases from wholesalers: answered by the wholesaler line by line, paid by the cooperative; the outlet's stock."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.dependencies import AfterCode, allows
from service.api.routers.purchases import read_outlet_stock, read_purchase, read_purchases_made
from service.api.schemas.purchases import PurchaseDetailOut, PurchaseLineOut
from service.domain.errors import NotFound
from service.domain.payables import PurchasePayment
from service.domain.permissions import Action
from service.domain.purchases import CutReason, PackAnswer, PurchaseLineStatus, PurchaseStatus
from service.web.filters import BLANK, OptionalDay
from service.web.forms import Form, Typed
from service.web.page import Page, PageView
from service.web.routes import PageRoute
from service.words import trade_words
from service.workflows.answer_purchase import AnswerPurchase, answer_purchase
from service.workflows.pay_purchase import PayPurchase, ReversePurchasePayment, pay_purchase, reverse_purchase_payment

router = APIRouter(route_class=PageRoute, include_in_schema=False)

PER_PAGE = 20
REASONS = {reason: words for reason, words in trade_words.CUT_REASONS.items() if reason is not CutReason.SILENCE}


@router.get("/purchases", dependencies=[allows(Action.PURCHASES_READ)])
async def show_purchases(
    page: Page,
    after: AfterCode,
    week_start: OptionalDay = None,
    status: Annotated[PurchaseStatus | None, BLANK, Query()] = None,
) -> Response:
    """List purchases, the latest week first: each side its own."""
    listed = await read_purchases_made(
        work=page.work, caller=page.caller, after=after, limit=PER_PAGE, week_start=week_start, status=status,
        cooperative_id=None, wholesaler_id=None,
    )  # fmt: skip
    return await page.show(
        "purchases/purchases.html",
        listed=listed,
        chosen=status,
        words=trade_words,
        today=await page.today(),
        is_seller=page.may(Action.PURCHASES_ANSWER),
    )


@router.get("/purchases/{purchase_id}", dependencies=[allows(Action.PURCHASES_READ)])
async def show_purchase(purchase_id: UUID, page: Page) -> Response:
    """Show a purchase with what is to be done about it: answer it, or pay it."""
    purchase = await read_purchase(purchase_id, page.work, page.caller, Response())
    waiting = [line for line in purchase.lines if line.status is PurchaseLineStatus.AWAITING_ANSWER]
    return await page.show(
        "purchases/purchase.html",
        purchase=purchase,
        waiting=waiting,
        is_seller=page.may(Action.PURCHASES_ANSWER),
        is_answerable=bool(waiting) and page.work.now < purchase.respond_by_at and page.may(Action.PURCHASES_ANSWER),
        is_payable=purchase.open_idr > 0 and page.may(Action.PURCHASES_PAY),
        reversed_ids={payment.reverses_id for payment in purchase.payments},
        reasons=page.worded(REASONS),
        today=await page.today(),
        words=trade_words,
    )


@router.get("/purchases/{purchase_id}/answers", dependencies=[allows(Action.PURCHASES_ANSWER)])
async def lead_back_to_purchase(purchase_id: UUID, page: Page) -> Response:
    """Lead whoever reloads the summary of their answers to the purchase itself."""
    await read_purchase(purchase_id, page.work, page.caller, Response())
    return page.leave(f"/purchases/{purchase_id}")


@router.post("/purchases/{purchase_id}/answers", dependencies=[allows(Action.PURCHASES_ANSWER)])
async def send_pack_answers(purchase_id: UUID, page: Page, form: Form) -> Response:
    """Take a wholesaler's answers; before that, show what they come to, since they are final."""
    purchase = await read_purchase(purchase_id, page.work, page.caller, Response())
    answers = _said(form, purchase)
    form.require()
    for index, said in enumerate(answers):
        for name in ("confirmed_packs", "reason"):
            form.renamed[f"answers.{index}.{name}"] = f"{name}.{said.line_id}"
    form.renamed["answers"] = "choice"
    if form.text("confirmed") or not answers:
        done = await answer_purchase(page.work, AnswerPurchase(purchase_id, answers))
        is_whole = done.status is PurchaseStatus.ANSWERED
        return page.leave(f"/purchases/{purchase_id}", said="purchase_answered" if is_whole else "packs_answered")
    return await page.show("purchases/check.html", purchase=purchase, words=trade_words, **_summed(purchase, answers))


@router.post("/purchases/{purchase_id}/payments", dependencies=[allows(Action.PURCHASES_PAY)])
async def send_purchase_payment(purchase_id: UUID, page: Page, form: Form) -> Response:
    """Write down what a wholesaler was paid."""
    await read_purchase(purchase_id, page.work, page.caller, Response())
    amount_idr, paid_on = form.rupiah("amount_idr"), form.day("paid_on")
    reference = form.words("reference", longest=60, needed=True)
    form.require()
    if amount_idr is not None and paid_on is not None and reference is not None:
        await pay_purchase(page.work, PayPurchase(purchase_id, amount_idr, paid_on, reference))
    return page.leave(f"/purchases/{purchase_id}", said="purchase_paid")


@router.post("/purchase-payments/{purchase_payment_id}/reversal", dependencies=[allows(Action.PURCHASES_PAY)])
async def send_purchase_reversal(purchase_payment_id: UUID, page: Page, form: Form) -> Response:
    """Take back a payment that was written down by mistake."""
    payment = await page.work.session.get(PurchasePayment, purchase_payment_id)
    if payment is None:
        raise NotFound("No such payment.")
    await read_purchase(payment.purchase_id, page.work, page.caller, Response())
    form.renamed["reason"] = f"reason.{purchase_payment_id}"
    reason = form.words(f"reason.{purchase_payment_id}", longest=60, needed=True)
    form.require()
    purchase = await reverse_purchase_payment(page.work, ReversePurchasePayment(purchase_payment_id, reason or ""))
    return page.leave(f"/purchases/{purchase.id}", said="payment_taken_back")


@router.get("/outlet-stock", dependencies=[allows(Action.OUTLET_STOCK_READ)])
async def show_outlet_stock(page: Page, after: AfterCode) -> Response:
    """List what purchases brought beyond the need."""
    listed = await read_outlet_stock(
        work=page.work, caller=page.caller, after=after, limit=PER_PAGE, cooperative_id=None
    )
    return await page.show("purchases/outlet_stock.html", listed=listed)


def _said(form: Typed, purchase: PurchaseDetailOut) -> tuple[PackAnswer, ...]:
    """Return the answers that a form holds; lines without a choice are left for later."""
    found = []
    for line in purchase.lines:
        is_waiting = line.status is PurchaseLineStatus.AWAITING_ANSWER
        if form.text("take_all") and is_waiting:
            found.append(PackAnswer(line.id, line.ordered_packs))
        elif answer := _line_said(form, line):
            found.append(answer)
    return tuple(found)


def _line_said(form: Typed, line: PurchaseLineOut) -> PackAnswer | None:
    choice = form.text(f"choice.{line.id}")
    if choice not in {"all", "less", "none"}:
        return None
    if choice == "all":
        return PackAnswer(line.id, line.ordered_packs)
    packs = form.whole(f"confirmed_packs.{line.id}") if choice == "less" else 0
    if packs == line.ordered_packs:  # whoever typed all of them sells all of them
        return PackAnswer(line.id, packs)
    reason = form.choice(f"reason.{line.id}", CutReason)
    return None if packs is None else PackAnswer(line.id, packs, reason)


def _summed(purchase: PurchaseDetailOut, answers: tuple[PackAnswer, ...]) -> dict[str, Any]:
    lines = {line.id: line for line in purchase.lines}
    pairs = [(lines[said.line_id], said) for said in answers]
    waiting = sum(1 for line in purchase.lines if line.status is PurchaseLineStatus.AWAITING_ANSWER)
    return {
        "pairs": pairs,
        "packs": sum(said.confirmed_packs for said in answers),
        "value_idr": sum(said.confirmed_packs * line.price_idr for line, said in pairs),
        "left_count": waiting - len(answers),
    }


async def open_purchases(page: PageView) -> list[Any]:
    """Return the purchases that wait for an answer, the most urgent first."""
    listed = await read_purchases_made(
        work=page.work, caller=page.caller, after=None, limit=100, week_start=None, status=PurchaseStatus.SENT,
        cooperative_id=None, wholesaler_id=None,
    )  # fmt: skip
    waiting = [one for one in listed.items if page.work.now < one.respond_by_at]
    return sorted(waiting, key=lambda one: (one.respond_by_at, one.number))
