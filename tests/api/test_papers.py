"""Papers over HTTP: a PDF with a name, for those who may see the thing, for nobody else."""

import io

from pypdf import PdfReader

from service.domain.people import Role
from tests.api.callers import callers

__all__ = ["callers"]


async def test_an_order_comes_as_a_paper_to_whom_it_concerns(callers):
    order = await callers.first_order()
    path = f"/orders/{order['id']}/paper"
    given = await callers.of(Role.COOP_OFFICER).get(path)
    assert given.headers["Content-Type"] == "application/pdf"
    assert given.headers["Content-Disposition"] == f'attachment; filename="Surat-Pesanan-{order["number"]}.pdf"'
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(given.content)).pages)
    assert order["number"] in text
    assert callers.week.cooperatives[0].name in text
    assert (await callers.of(Role.COOP_OFFICER, 1).get(path)).status_code == 404


async def test_a_kitchen_gets_its_own_lines_only(callers):
    order = await callers.first_order()
    given = await callers.of(Role.KITCHEN_HEAD).get(f"/orders/{order['id']}/paper")
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(given.content)).pages)
    assert callers.week.kitchens[0].name in text
    assert callers.week.kitchens[2].name not in text


async def test_a_kitchens_own_order_carries_its_name(callers):
    order = await callers.first_order()
    given = await callers.of(Role.KITCHEN_HEAD).get(f"/orders/{order['id']}/paper")
    text = PdfReader(io.BytesIO(given.content)).pages[0].extract_text()
    assert text.startswith(callers.week.kitchens[0].name)


async def test_a_kitchen_prints_its_two_weeks_and_no_other_kitchens(callers):
    await callers.publish()
    kitchen, other = callers.week.kitchens[0], callers.week.kitchens[1]
    asked = {"from_date": "2026-11-30"}
    given = await callers.of(Role.KITCHEN_HEAD).get(f"/kitchens/{kitchen.id}/report", params=asked)
    assert given.status_code == 200, given.text
    assert given.headers["Content-Disposition"] == f'attachment; filename="Laporan-{kitchen.code}-2026-11-30.pdf"'
    assert len(PdfReader(io.BytesIO(given.content)).pages) == 4
    foreign = await callers.of(Role.KITCHEN_HEAD).get(f"/kitchens/{other.id}/report", params=asked)
    assert (foreign.status_code, foreign.json()["code"]) == (404, "not_found")
