"""Papers over HTTP: a PDF with a name, for those who may see the thing, for nobody else."""

import io
import uuid

from pypdf import PdfReader

from service.domain.invoices import InvoiceLine
from service.domain.people import Role
from service.domain.receipts import ReceiptLine
from service.files.reading import read_table
from service.files.tables import FileKind
from tests.api.callers import callers
from tests.factories.deliveries import (
    LEFT_AT,
    new_delivery,
    new_delivery_line,
    new_delivery_lot,
    new_invoice,
    new_receipt,
)
from tests.factories.items import new_item
from tests.factories.orders import new_order, new_order_line
from tests.factories.plans import new_policy

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


async def add_invoiced_rice(session, world):
    """Forty kilograms of rice from an order to an invoice of Rp 520,000."""
    session.add_all([new_item("RICE-M"), new_policy(world.region_code)])
    await session.flush()
    order = new_order(plan_id=None, respond_by_at=None, cooperative_id=world.cooperative.id)
    session.add(order)
    await session.flush()
    line = new_order_line(order, kitchen_id=world.kitchen.id)
    delivery = new_delivery(order, line)
    session.add_all([line, delivery])
    await session.flush()
    noted, receipt = new_delivery_line(delivery, line), new_receipt(delivery)
    session.add_all([noted, receipt])
    await session.flush()
    made = {"id": uuid.uuid4(), "created_at": LEFT_AT, "item_code": "RICE-M"}
    qtys = dict.fromkeys(("shipped_qty", "received_qty", "counted_qty", "accepted_qty"), 40_000)
    weighed = ReceiptLine(
        **made, receipt_id=receipt.id, delivery_line_id=noted.id, order_line_id=line.id, rejected_qty=0, **qtys
    )
    invoice = new_invoice(receipt)
    session.add_all([new_delivery_lot(noted), weighed, invoice])
    await session.flush()
    own = {"invoice_id": invoice.id, "receipt_line_id": weighed.id, "position": 1}
    session.add(InvoiceLine(**made, **own, qty=40_000, price_idr=13_000, value_idr=520_000))
    await session.flush()


async def test_a_report_holds_what_was_invoiced_for_its_days_and_nothing_else(client_as, session, world):
    await add_invoiced_rice(session, world)
    kitchen = client_as(Role.KITCHEN_ACCOUNTANT)
    path = f"/kitchens/{world.kitchen.id}/report"
    told = []
    for first in ("2026-11-17", "2026-11-30", "2026-12-01"):
        given = await kitchen.get(path, params={"from_date": first})
        assert given.status_code == 200, given.text
        told.append([page.extract_text() for page in PdfReader(io.BytesIO(given.content)).pages])
    for early in told[:2]:
        suppliers, purchases, budget, invoices = early
        assert world.cooperative.name in suppliers
        assert "Kelompok Tani Mekar" in suppliers
        assert "40 kg" in purchases
        assert "520.000" in budget
        assert "INV/C000/2026/00001" in invoices
    assert all("520.000" not in page for page in told[2])


async def test_invoices_are_exported_to_both_sides_and_to_no_stranger(client_as, session, world, foreign_world):
    await add_invoiced_rice(session, world)
    for role in (Role.KITCHEN_HEAD, Role.COOP_OFFICER, Role.AUDITOR):
        [(_, row)] = read_table((await client_as(role).get("/invoices/export")).content, FileKind.XLSX).rows
        assert (row[0], row[5:9]) == ("INV/C000/2026/00001", (520_000, 0, 0, 520_000))
    assert (await client_as(Role.WHOLESALER).get("/invoices/export")).status_code == 403
    stranger = client_as(Role.KITCHEN_HEAD, foreign_world)
    assert read_table((await stranger.get("/invoices/export")).content, FileKind.XLSX).rows == ()
