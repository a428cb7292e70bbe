"""Lists sent as files: stocks, offers and forecast lines from XLSX or CSV."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Query, Response

from service.api.dependencies import Caller, Work, allows
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.imports import ImportOut
from service.api.schemas.shapes import Day
from service.domain.permissions import Action
from service.files.answers import answer_file
from service.files.reading import read_sent
from service.files.tables import MEDIA_TYPES, FileKind, Table
from service.workflows.file_steps import ImportReport, Take
from service.workflows.import_forecast import ImportForecast, import_forecast
from service.workflows.import_offers import ImportOffers, import_offers
from service.workflows.import_stocks import ImportStocks, import_stocks

router = APIRouter(route_class=UnitOfWorkRoute)


class Answer(StrEnum):
    """In which form a file is answered."""

    JSON = "json"
    FILE = "file"


STOCKS_EXAMPLE: Final = (
    "kode_barang;jumlah_kemasan;isi_kemasan;satuan;harga_kemasan;tanggal_mulai;tanggal_akhir\r\n"
    "RICE-P;400;50;kg;Rp 690.000;30/11/2026;5 Desember 2026\r\n"
)
OFFERS_EXAMPLE: Final = (
    "kode_barang;jumlah;satuan;harga;tanggal_mulai;tanggal_akhir;produsen;kode_lot;kedaluwarsa;penawaran\r\n"
    "CARROT;150;kg;14.000;30/11/2026;4 Desember 2026;Kelompok Tani Mekar;WTL-1;9/12/2026;A\r\n"
    "CARROT;100;kg;14.000;30/11/2026;4 Desember 2026;Kelompok Tani Mekar;WTL-2;8/12/2026;A\r\n"
)
LINES_EXAMPLE: Final = "kode_barang;tanggal_masak;jumlah;satuan\r\nRICE-P;30 November 2026;200;kg\r\n"
DryRun = Annotated[bool, Query(description="Only try the file: nothing is kept", examples=[True])]
TakeRows = Annotated[Take, Query(description="`all`: the whole file or nothing; `good`: the good rows alone")]
AnswerAs = Annotated[
    Answer, Query(description="`file`: the same file with the columns `hasil` and `kesalahan` (outcome and errors)")
]


def _file(example: str) -> Any:  # noqa: ANN401 (FastAPI's own type of a marker)
    described = "A header line and rows; UTF-8 or Windows-1252; separated by ; , or tab"
    return Body(media_type=MEDIA_TYPES[FileKind.CSV], description=described, examples=[example], min_length=1)


def _described(example: str) -> dict[str, Any]:
    """Say that a workbook may be sent too, and that a file may come back."""
    binary = {"type": "string", "format": "binary"}
    sent = {
        MEDIA_TYPES[FileKind.CSV]: {"example": example},
        MEDIA_TYPES[FileKind.XLSX]: {"schema": binary, "example": "(a workbook with the same columns)"},
    }
    answered = {
        MEDIA_TYPES[FileKind.CSV]: {"schema": binary, "example": "kode_barang;hasil;kesalahan\r\nRICE-P;baik;\r\n"},
        MEDIA_TYPES[FileKind.XLSX]: {"schema": binary, "example": "(the same workbook with two more columns)"},
    }
    return {"requestBody": {"content": sent}, "responses": {"200": {"content": answered}}}


@router.post(
    "/stocks/import",
    tags=["stocks"],
    dependencies=[allows(Action.STOCKS_WRITE)],
    response_model=ImportOut,
    openapi_extra=_described(STOCKS_EXAMPLE),
)
async def import_stock_list(
    *,
    body: Annotated[bytes, _file(STOCKS_EXAMPLE)],
    work: Work,
    caller: Caller,
    dry_run: DryRun = False,
    take: TakeRows = Take.ALL,
    answer: AnswerAs = Answer.JSON,
) -> Response:
    """Put a list on the shelf: CSV or XLSX, columns in Indonesian or English, in any order.

    Columns: item (code or name), packs, pack size with unit, price per pack, first and last cooking day. A local unit
    (karung, peti) needs `isi_satuan` once ("50 kg"); it is remembered. A row that is on the shelf already is refused.
    """
    table = await read_sent(body)
    report = await import_stocks(work, ImportStocks(caller.organisation_id, table, dry_run, take))
    return await asyncio.to_thread(_answered, table, report, answer)


@router.post(
    "/offers/import",
    tags=["offers"],
    dependencies=[allows(Action.OFFERS_WRITE)],
    response_model=ImportOut,
    openapi_extra=_described(OFFERS_EXAMPLE),
)
async def import_offer_list(
    *,
    body: Annotated[bytes, _file(OFFERS_EXAMPLE)],
    work: Work,
    caller: Caller,
    dry_run: DryRun = False,
    take: TakeRows = Take.ALL,
    answer: AnswerAs = Answer.JSON,
) -> Response:
    """Publish offers: CSV or XLSX, columns in Indonesian or English, in any order.

    Columns: item (code or name), quantity with unit, price per kg, litre or piece, first and last cooking day; if
    wanted, minimum, producer, lot and its day of expiry. Rows with the same `penawaran` (any word) are the lots of one
    offer: their quantities are added, all else must be alike, and they are taken or refused together. A row that is
    offered already is refused.
    """
    table = await read_sent(body)
    report = await import_offers(work, ImportOffers(caller.organisation_id, table, dry_run, take))
    return await asyncio.to_thread(_answered, table, report, answer)


@router.post(
    "/forecasts/import",
    tags=["forecasts"],
    dependencies=[allows(Action.FORECASTS_WRITE)],
    response_model=ImportOut,
    openapi_extra=_described(LINES_EXAMPLE),
)
async def import_forecast_lines(
    *,
    body: Annotated[bytes, _file(LINES_EXAMPLE)],
    work: Work,
    caller: Caller,
    week_start: Annotated[Day, Query(description="The Monday of the week", examples=["2026-11-30"])],
    dry_run: DryRun = False,
    take: TakeRows = Take.ALL,
    answer: AnswerAs = Answer.JSON,
) -> Response:
    """Keep a draft of plain lines: CSV or XLSX, columns in Indonesian or English, in any order.

    Columns: item (code or name), cooking day, quantity with unit; if wanted, the highest price and whether the item may
    be replaced. `id` of each row is the draft's; it counts once it is submitted.
    """
    table = await read_sent(body)
    command = ImportForecast(caller.organisation_id, week_start, table, dry_run, take)
    return await asyncio.to_thread(_answered, table, await import_forecast(work, command), answer)


def _answered(table: Table, report: ImportReport, answer: Answer) -> Response:
    if answer is Answer.JSON:
        return Response(ImportOut.showing(report).model_dump_json(), media_type="application/json")
    faults = {row.number: row.faults for row in report.rows if row.faults}
    taken = {row.number: row.written_id for row in report.rows if row.written_id is not None}
    content = answer_file(table, faults, taken=taken)
    named = {"Content-Disposition": f'attachment; filename="hasil.{table.kind.value}"'}
    return Response(content, media_type=MEDIA_TYPES[table.kind], headers=named)
