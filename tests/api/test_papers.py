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
