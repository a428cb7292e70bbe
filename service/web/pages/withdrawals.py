"""Accepted goods that cannot come after all, given back with the reason."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response

from service.api.dependencies import allows
from service.api.order_views import detailed, require_order
from service.domain.answers import LONGEST_REMARK
from service.domain.orders import HOLDING_STATUSES
from service.domain.permissions import Action
from service.domain.withdrawals import COOPERATIVE_REASONS, Withdrawal, WithdrawalReason
from service.web.filters import OptionalDay
from service.web.forms import Form
from service.web.order_days import days_of
from service.web.page import Page
from service.web.routes import PageRoute
from service.words import trade_words
from service.workflows.withdraw_lines import WithdrawLines, withdraw_lines

router = APIRouter(route_class=PageRoute, include_in_schema=False)

REASONS = {
    reason: trade_words.WITHDRAWAL_REASONS[reason] for reason in WithdrawalReason if reason in COOPERATIVE_REASONS
}


@router.get("/orders/{order_id}/withdrawals", dependencies=[allows(Action.ORDERS_ANSWER)])
async def show_goods_to_withdraw(order_id: UUID, page: Page, day: OptionalDay = None) -> Response:
    """Ask which accepted goods cannot come."""
    order = await detailed(page.work, page.caller, await require_order(page.work, page.caller, order_id))
    held = [line for line in order.lines if line.status in HOLDING_STATUSES]
    return await page.show(
        "orders/withdrawals.html",
        order=order,
        days=days_of(held, day),
        reasons=page.worded(REASONS),
        longest_remark=LONGEST_REMARK,
    )


@router.post("/orders/{order_id}/withdrawals", dependencies=[allows(Action.ORDERS_ANSWER)])
async def send_goods_to_withdraw(order_id: UUID, page: Page, form: Form) -> Response:
    """Give back the amounts that were filled in."""
    order = await detailed(page.work, page.caller, await require_order(page.work, page.caller, order_id))
    version = form.whole("version", least=1)
    said: list[Withdrawal] = []
    for line in order.lines:
        qty = form.amount(f"withdrawn_qty.{line.id}", line.unit, needed=False)
        if not qty:
            continue
        reason = form.choice(f"reason.{line.id}", WithdrawalReason)
        remark = form.words(f"remark.{line.id}", longest=LONGEST_REMARK)
        for name in ("withdrawn_qty", "reason", "remark"):
            form.renamed[f"withdrawals.{len(said)}.{name}"] = f"{name}.{line.id}"
        form.renamed[f"withdrawals.{len(said)}.line_id"] = f"withdrawn_qty.{line.id}"
        if reason is not None:
            said.append(Withdrawal(line.id, qty, reason, remark))
    form.renamed["withdrawals"] = "goods"
    form.require()
    await withdraw_lines(page.work, WithdrawLines(order_id, version or 0, tuple(said)))
    return page.leave(f"/orders/{order_id}", said="goods_withdrawn")
