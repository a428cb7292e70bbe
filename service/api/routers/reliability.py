"""How far each cooperative's word can be built on, and its fair share beside what it received."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.dependencies import USUAL_PER_PAGE, AfterCode, Caller, Limit, Work, allows
from service.api.list_files import FILES, Kind, as_file
from service.api.pagination import Page, page_of
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.reliability import ReliabilityOut
from service.api.schemas.shapes import Day
from service.database.queries.reliability import KnownCooperative, Ledger, list_known
from service.database.unit_of_work import UnitOfWork
from service.domain.calendars import local_day, require_monday, week_of
from service.domain.errors import NotFound
from service.domain.permissions import Action, Actor, own_only
from service.domain.places import Region
from service.domain.reliability import Record, total_of
from service.files.bounds import Cell
from service.files.tables import FileKind

router = APIRouter(tags=["reliability"], route_class=UnitOfWorkRoute)

Week = Annotated[
    Day | None,
    Query(description="Monday of the week it is for; next week if left out", examples=["2026-11-30"]),
]
HEADER: Final = (
    "kode_koperasi",
    "koperasi",
    "minggu",
    "baris",
    "dipesan",
    "disanggupi",
    "tidak_dijawab",
    "ditarik",
    "diperoleh",
    "jatah_adil",
    "harus_dikirim",
    "dikirim",
    "tepat_waktu",
    "ditimbang",
    "diterima",
    "ditolak_belakangan",
    "ditolak",
    "bagian_disanggupi",
    "bagian_tepat_waktu",
    "bagian_diterima",
    "keandalan_sendiri",
    "keandalan_kota",
    "keandalan",
    "baru",
)
ALL_WEEKS: Final = "semua"


@router.get("/reliability", dependencies=[allows(Action.RELIABILITY_READ)])
async def list_reliability(
    work: Work, caller: Caller, after: AfterCode, week_start: Week = None, limit: Limit = USUAL_PER_PAGE
) -> Page[ReliabilityOut]:
    """List by code how reliable each cooperative is before a week: its own, or those of the region."""
    found = await _seen(work, caller, week_start)
    rest = [one for one in found if after is None or one.cooperative.code > after]
    return page_of(rest, limit=limit, key=lambda one: one.cooperative.code, show=ReliabilityOut.showing)


@router.get(
    "/reliability/export", dependencies=[allows(Action.RELIABILITY_READ)], response_class=Response, responses=FILES
)
async def export_reliability(
    work: Work, caller: Caller, kind: Kind = FileKind.XLSX, week_start: Week = None
) -> Response:
    """Give the list as a file: a row for each cooperative and week, and one over all of its weeks with the formula."""
    found = await _seen(work, caller, week_start)
    return await as_file(work, "keandalan", kind, HEADER, [row for one in found for row in _rows(one)])


@router.get("/cooperatives/{cooperative_id}/reliability", dependencies=[allows(Action.RELIABILITY_READ)])
async def read_reliability(cooperative_id: UUID, work: Work, caller: Caller, week_start: Week = None) -> ReliabilityOut:
    """Show a cooperative's reliability before a week, with every figure of the formula."""
    for one in await _seen(work, caller, week_start):
        if one.cooperative.id == cooperative_id:
            return ReliabilityOut.showing(one)
    raise NotFound("No such cooperative.")


async def _seen(work: UnitOfWork, caller: Actor, week_start: Day | None) -> list[KnownCooperative]:
    own_id = own_only(caller, Action.RELIABILITY_READ)
    region = await work.session.get_one(Region, caller.region_code)
    today = local_day(work.now, timezone=region.timezone)
    week = week_of(today) + timedelta(weeks=1) if week_start is None else require_monday(week_start)
    found = await list_known(work.session, Ledger(region.code, week, today, region.timezone))
    return [one for one in found if own_id in {None, one.cooperative.id}]


def _rows(known: KnownCooperative) -> Iterator[tuple[Cell, ...]]:
    names, nothing = (known.cooperative.code, known.cooperative.name), (None,) * 7
    for week, record in known.weeks.items():
        yield (*names, week, *_cells(record, known.fair_idr[week]), *nothing)
    found, total = known.reliability, total_of(known.weeks.values())
    yield (
        *names,
        ALL_WEEKS,
        *_cells(total, sum(known.fair_idr.values())),
        found.kept_bp,
        found.on_time_bp,
        found.taken_bp,
        found.own_bp,
        found.city_bp,
        found.reliability_bp,
        known.is_new,
    )


def _cells(record: Record, fair_idr: int) -> tuple[Cell, ...]:
    return (
        record.lines,
        record.ordered_idr,
        record.accepted_idr,
        record.expired_idr,
        record.withdrawn_idr,
        record.received_idr,
        fair_idr,
        record.due_idr,
        record.shipped_idr,
        record.on_time_idr,
        record.weighed_idr,
        record.taken_idr,
        record.late_rejected_idr,
        record.rejected_idr,
    )
