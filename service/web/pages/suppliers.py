"""Who supplied a kitchen: how many, how near, and who brought which item."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Response

from service.api.dependencies import allows
from service.database.queries.kitchen_reports import InvoicedLine, invoiced_lines, producers_of
from service.domain.organisations import Kitchen, Organisation
from service.domain.permissions import Action
from service.web.filters import BLANK
from service.web.kitchen_weeks import own_kitchen
from service.web.page import Page
from service.web.routes import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)

USUAL_DAYS = 28
MOST_DAYS = 366
KECAMATAN_LETTERS = 8
"""Of a kelurahan's code, those that name its kecamatan: 32.71.05."""


@router.get("/suppliers", dependencies=[allows(Action.INVOICES_READ)])
async def show_suppliers(page: Page, days: Annotated[int | None, BLANK, Query(ge=1, le=MOST_DAYS)] = None) -> Response:
    """Show who supplied the kitchen of late."""
    kitchen_id = own_kitchen(page, Action.INVOICES_READ)
    if kitchen_id is None or not page.may(Action.RECALLS_READ):
        return page.leave("/")
    # Goods of the next cooking days may be invoiced already.
    last = await page.today() + timedelta(days=7)
    first = last - timedelta(days=days or USUAL_DAYS)
    session = page.work.session
    lines = await invoiced_lines(session, kitchen_id, from_date=first, to_date=last)
    producers = await producers_of(session, kitchen_id, from_date=first, to_date=last)
    kitchen = await session.get_one(Organisation, kitchen_id)
    details = await session.get_one(Kitchen, kitchen_id)
    names = {line.cooperative.id: line.cooperative for line in lines}
    return await page.show(
        "suppliers/suppliers.html",
        first=first,
        last=last,
        days=days or USUAL_DAYS,
        min_suppliers=details.min_suppliers,
        suppliers=_suppliers(lines),
        producers={names[key].name: found for key, found in producers.items() if key in names},
        producer_count=len({name for found in producers.values() for name in found}),
        items=_by_item(lines),
        total_idr=sum(line.line.value_idr for line in lines),
        near_idr=sum(line.line.value_idr for line in lines if _is_near(line.cooperative, kitchen)),
    )


def _suppliers(lines: list[InvoicedLine]) -> list[tuple[Organisation, int, date]]:
    """Return each cooperative with the value that it brought and its latest cooking day, the largest first."""
    value: defaultdict[str, int] = defaultdict(int)
    latest: dict[str, date] = {}
    known = {line.cooperative.name: line.cooperative for line in lines}
    for line in lines:
        name = line.cooperative.name
        value[name] += line.line.value_idr
        latest[name] = max(latest.get(name, line.delivery.needed_date), line.delivery.needed_date)
    return sorted(((one, value[name], latest[name]) for name, one in known.items()), key=lambda row: -row[1])


def _by_item(lines: list[InvoicedLine]) -> list[tuple[InvoicedLine, int, list[str]]]:
    """Return each item with the quantity taken (base units) and who brought it, by name."""
    qty: defaultdict[str, int] = defaultdict(int)
    brought: defaultdict[str, set[str]] = defaultdict(set)
    known = {line.item.code: line for line in lines}
    for line in lines:
        qty[line.item.code] += line.line.qty
        brought[line.item.code].add(line.cooperative.name)
    rows = [(one, qty[code], sorted(brought[code])) for code, one in known.items()]
    return sorted(rows, key=lambda row: row[0].item.name_id)


def _is_near(cooperative: Organisation, kitchen: Organisation) -> bool:
    codes = [one.kelurahan_code or "" for one in (cooperative, kitchen)]
    return bool(codes[0]) and codes[0][:KECAMATAN_LETTERS] == codes[1][:KECAMATAN_LETTERS]
