"""What a kitchen is to do next, the most pressing first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from service.api.routers.invoices import read_invoices
from service.api.routers.price_proposals import read_proposals
from service.database.queries.deliveries import DeliveryFilter, list_deliveries
from service.database.queries.recalls import list_recalls, parts_of
from service.database.queries.receipts import receipt_of, signatures_of
from service.domain.deliveries import DeliveryStatus
from service.domain.permissions import Action
from service.domain.price_proposals import PriceProposalStatus
from service.domain.recalls import RecallStatus
from service.domain.receipts import Side
from service.web.kitchen_weeks import WeekStand, WeekState
from service.web.page import PageView
from service.words.marking import marked as _

MOST_SHOWN: Final = 50
POSTED_WITHIN: Final = timedelta(days=7)
"""A week that is not posted is a thing to do from a week before its cut-off."""


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: in words, where, until when."""

    words: str
    button: str
    path: str
    name: str = ""
    day: date | None = None
    due_at: datetime | None = None
    is_late: bool = False


async def tasks_of(page: PageView, kitchen_id: UUID, weeks: list[WeekStand]) -> list[Task]:
    """Return what the reader is to do, the most pressing first."""
    return [
        *await _recalls(page, kitchen_id),
        *await _deliveries(page, kitchen_id),
        *await _prices(page),
        *_weeks(page, weeks, await page.today()),
        *await _money(page),
    ]


async def _recalls(page: PageView, kitchen_id: UUID) -> list[Task]:
    if not page.may(Action.RECALLS_CONFIRM):
        return []
    session, region = page.work.session, page.caller.region_code
    found = await list_recalls(session, region_code=region, kitchen_id=kitchen_id, status=RecallStatus.OPEN)
    return [
        Task(
            _("Barang ditarik: jangan dimasak. Laporkan sisanya."),
            _("Laporkan"),
            f"/recalls/{one.id}/confirmation",
            is_late=True,
        )
        for one in found
        if any(part.confirmed_at is None for part in await parts_of(session, one.id, kitchen_id=kitchen_id))
    ]


async def _deliveries(page: PageView, kitchen_id: UUID) -> list[Task]:
    """Return the drops on their way that nobody of the kitchen has signed for."""
    if not page.may(Action.DELIVERIES_RECEIVE):
        return []
    session = page.work.session
    wanted = DeliveryFilter(kitchen_ids=(kitchen_id,), status=DeliveryStatus.DISPATCHED)
    found = await list_deliveries(
        session, region_code=page.caller.region_code, wanted=wanted, after=None, limit=MOST_SHOWN
    )
    tasks = []
    for one in reversed(found):
        receipt = await receipt_of(session, one.delivery.id)
        signed = {each.side for each in await signatures_of(session, receipt.id)} if receipt else set()
        if Side.RECEIVER not in signed:
            words = _("Timbang barang yang datang dari") if receipt is None else _("Selesaikan penerimaan dari")
            path = f"/deliveries/{one.delivery.id}/receipt"
            tasks.append(Task(words, _("Terima barang"), path, one.cooperative.name))
    return tasks


async def _prices(page: PageView) -> list[Task]:
    if not page.may(Action.PRICE_PROPOSALS_DECIDE):
        return []
    open_ones = await read_proposals(
        work=page.work, caller=page.caller, after=None, limit=MOST_SHOWN, status=PriceProposalStatus.OPEN
    )
    first = min((one.decide_by_at for one in open_ones.items), default=None)
    if first is None:
        return []
    return [
        Task(
            _("Koperasi mengusulkan harga lain. Setujui atau tolak."),
            _("Lihat usulan"),
            "/price-proposals?status=open",
            due_at=first,
        )
    ]


def _weeks(page: PageView, weeks: list[WeekStand], today: date) -> list[Task]:
    if not page.may(Action.FORECASTS_WRITE):
        return []
    words = {
        WeekState.EMPTY: (_("Kirim kebutuhan untuk minggu"), _("Susun menu")),
        WeekState.DRAFT: (_("Konsep belum dikirim untuk minggu"), _("Lanjutkan konsep")),
        WeekState.MISSED: (_("Belum ada kebutuhan untuk minggu"), _("Kirim terlambat")),
    }
    return [
        Task(
            *words[week.state],
            f"/weeks/{week.week_start}/forecast",
            day=week.week_start,
            due_at=week.cut_off_at,
            is_late=week.state is WeekState.MISSED,
        )
        for week in weeks
        if week.state in words and _is_pressing(week, page.work.now, today)
    ]


async def _money(page: PageView) -> list[Task]:
    if not page.may(Action.INVOICES_PAY):
        return []
    late = await read_invoices(
        work=page.work, caller=page.caller, after=None, limit=MOST_SHOWN, status=None, overdue=True,
        cooperative_id=None, kitchen_id=None,
    )  # fmt: skip
    if not late.items:
        return []
    return [
        Task(_("Tagihan lewat jatuh tempo. Bayar sekarang."), _("Ke tagihan"), "/payments?overdue=true", is_late=True)
    ]


def _is_pressing(week: WeekStand, now: datetime, today: date) -> bool:
    """Tell whether a week is to be posted now: from a week before its cut-off until it begins."""
    return week.cut_off_at is None or (week.cut_off_at - now <= POSTED_WITHIN and today < week.week_start)
