"""Payments, refunds and reversals of invoices as a file."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.delivery_views import sides_seen
from service.api.dependencies import Caller, Work, allows
from service.api.export_rows import PAYMENTS, payment_row
from service.api.list_files import FILES, Kind, as_file
from service.api.routes import UnitOfWorkRoute
from service.database.queries.invoices import InvoiceFilter, list_payments
from service.domain.permissions import Action
from service.files.bounds import MOST_ROWS
from service.files.tables import FileKind

router = APIRouter(route_class=UnitOfWorkRoute)


@router.get(
    "/payments/export",
    tags=["invoices"],
    dependencies=[allows(Action.INVOICES_READ)],
    response_class=Response,
    responses=FILES,
)
async def export_payments(
    *,
    work: Work,
    caller: Caller,
    kind: Kind = FileKind.XLSX,
    cooperative_id: Annotated[UUID | None, Query(description="Only this cooperative's")] = None,
    kitchen_id: Annotated[UUID | None, Query(description="Only this kitchen's")] = None,
) -> Response:
    """Give payments, refunds and reversals of invoices as a file: each side its own, the city all."""
    sides = sides_seen(caller, Action.INVOICES_READ, cooperative_id=cooperative_id, kitchen_id=kitchen_id)
    wanted = InvoiceFilter(*sides)
    found = await list_payments(work.session, region_code=caller.region_code, wanted=wanted, limit=MOST_ROWS + 1)
    return await as_file(work, "pembayaran", kind, PAYMENTS, [payment_row(one) for one in found])
