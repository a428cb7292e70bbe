"""How a stock is divided between its wholesaler's own region and the branches in others, as one form."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response

from service.api.dependencies import allows
from service.api.routers.stocks import read_quotas, read_stock
from service.api.schemas.stocks import QuotaOut, QuotasOut
from service.database.queries.entry_facts import read_items
from service.domain.permissions import Action
from service.domain.stocks import StockStatus
from service.web.forms import Form, Typed
from service.web.page import Page
from service.web.routes import PageRoute
from service.workflows.set_quota import SetQuota, set_branch_quota

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/stocks/{stock_id}/quotas", dependencies=[allows(Action.STOCKS_WRITE)])
async def show_quotas(stock_id: UUID, page: Page) -> Response:
    """Show every branch with the packs that it may promise."""
    stock = await read_stock(stock_id, page.work, page.caller, Response())
    return await page.show(
        "stocks/quotas.html",
        stock=stock,
        item=(await read_items(page.work.session))[stock.item_code],
        divided=await read_quotas(stock_id, page.work, Response()),
        is_divisible=stock.status is StockStatus.OPEN and stock.pool_id is None,
    )


@router.post("/stocks/{stock_id}/quotas", dependencies=[allows(Action.STOCKS_WRITE)])
async def send_quotas(stock_id: UUID, page: Page, form: Form) -> Response:
    """Set what was changed: first what is taken back, so that one branch may have at once what another gives up."""
    divided = await read_quotas(stock_id, page.work, Response())
    version = form.whole("version", least=1) or 0
    wanted = _wanted(form, divided)
    form.require()
    for quota, packs in sorted(wanted, key=lambda one: one[1] - one[0].quota_packs):
        form.renamed |= dict.fromkeys(("packs", "branch_id", "price_idr", "item_code"), _field_of(quota))
        command = SetQuota(stock_id, version, quota.branch_id, packs)
        version = (await set_branch_quota(page.work, command)).version
    return page.leave("/stocks", said="quotas_set")


def _wanted(form: Typed, divided: QuotasOut) -> list[tuple[QuotaOut, int]]:
    """Return the branches whose packs were changed."""
    typed = [(quota, form.whole(_field_of(quota)) or 0) for quota in divided.quotas]
    return [(quota, packs) for quota, packs in typed if packs != quota.quota_packs]


def _field_of(quota: QuotaOut) -> str:
    return f"packs.{quota.branch_id}"
