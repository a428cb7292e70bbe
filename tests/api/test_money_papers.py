"""Papers of money over HTTP: for both sides of it, for nobody else."""

import io

from pypdf import PdfReader

from service.domain.people import Role
from tests.api.callers import callers
from tests.api.test_credit_notes import accountant, invoice, rejecting
from tests.api.test_deliveries import notes, of_kitchen
from tests.api.test_purchases import purchase, selling

__all__ = ["accountant", "callers", "invoice", "notes", "of_kitchen", "purchase"]


async def read(client, path):
    given = await client.get(path)
    assert (given.status_code, given.headers["Content-Type"]) == (200, "application/pdf"), given.text
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(given.content)).pages)
    return given.headers["Content-Disposition"], " ".join(text.split())


async def test_credit_note_and_refund_come_as_papers_to_both_sides(callers, invoice, accountant):
    path, head, officer = f"/invoices/{invoice['id']}", callers.of(Role.KITCHEN_HEAD), callers.of(Role.COOP_OFFICER)
    paying = {"amount_idr": invoice["total_idr"], "paid_on": invoice["issued_on"], "reference": "TRX-1"}
    [payment] = (await accountant.post(f"{path}/payments", json=paying)).json()["payments"]
    made = await head.post(f"/receipts/{invoice['receipt_id']}/late-rejects", json=rejecting(invoice, 1_000))
    note = made.json()
    body = {"amount_idr": note["total_idr"], "paid_on": invoice["issued_on"], "reference": "TRX-3"}
    given = (await officer.post(f"{path}/refunds", json=body)).json()
    refund = next(one for one in given["payments"] if one["kind"] == "refund")
    for client in (head, officer):
        name, text = await read(client, f"/credit-notes/{note['id']}/paper")
        assert name == f'attachment; filename="Nota-Kredit-{note["number"].replace("/", "-")}.pdf"'
        assert all(words in text for words in ("NOTA KREDIT", note["number"], invoice["number"], "busuk"))
        _, text = await read(client, f"/refunds/{refund['id']}/paper")
        assert text.startswith(callers.week.kitchens[0].name)
        assert "TRX-3" in text
        assert "Dibatalkan" not in text
    undone = await officer.post(f"/refunds/{refund['id']}/reversal", json={"reason": "Belum terkirim"})
    assert undone.status_code == 201
    assert "Dibatalkan : Belum terkirim" in (await read(head, f"/refunds/{refund['id']}/paper"))[1]
    for path in (f"/refunds/{payment['id']}/paper", f"/payments/{refund['id']}/paper"):
        assert (await head.get(path)).status_code == 404, "each kind of money has its own address"
    for path in (f"/credit-notes/{note['id']}/paper", f"/refunds/{refund['id']}/paper"):
        assert (await callers.of(Role.COOP_OFFICER, 1).get(path)).status_code == 404
        assert (await callers.of(Role.WHOLESALER).get(path)).status_code == 403


async def test_what_was_paid_for_packs_comes_as_a_paper_to_both_sides(callers, purchase):
    officer, wholesaler = callers.of(Role.COOP_OFFICER), callers.of(Role.WHOLESALER)
    path = f"/purchases/{purchase['id']}"
    sold = (await wholesaler.post(f"{path}/answers", json=selling(purchase))).json()
    [entry] = (await wholesaler.get("/ledger", params={"account": "receivable"})).json()["items"]
    body = {"amount_idr": sold["total_idr"], "paid_on": entry["booked_on"], "reference": "TRX-1"}
    [paid] = (await officer.post(f"{path}/payments", json=body)).json()["payments"]
    paper = f"/purchase-payments/{paid['id']}/paper"
    for client in (officer, wholesaler):
        _, text = await read(client, paper)
        assert text.startswith(purchase["wholesaler_name"])
        assert f"Sudah terima dari : {purchase['cooperative_name']}" in text
        assert purchase["number"] in text
    back = await officer.post(f"/purchase-payments/{paid['id']}/reversal", json={"reason": "Salah pembelian"})
    reversal = next(one for one in back.json()["payments"] if one["id"] != paid["id"])
    assert "Dibatalkan : Salah pembelian" in (await read(officer, paper))[1]
    assert (await officer.get(f"/purchase-payments/{reversal['id']}/paper")).status_code == 404
    assert (await callers.of(Role.COOP_OFFICER, 1).get(paper)).status_code == 404
    assert (await callers.of(Role.KITCHEN_HEAD).get(paper)).status_code == 403
