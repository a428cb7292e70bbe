"""Papers of money are opened and read: what is owed, what is taken off and why, who acknowledges which money."""

import uuid
from datetime import date

import pytest

from service.domain.credit_notes import CreditNoteLine
from service.domain.invoices import InvoiceLine
from service.domain.organisations import OrganisationKind
from service.domain.people import Role
from service.domain.receipts import RejectReason
from service.files.papers.money import (
    MovedMoney,
    credit_note_paper,
    invoice_paper,
    payment_paper,
    purchase_payment_paper,
    refund_paper,
)
from service.files.papers.paper import Party
from service.files.papers.wording import rupiah
from tests.factories.deliveries import new_credit_note, new_invoice
from tests.factories.organisations import new_organisation
from tests.factories.people import new_user
from tests.factories.purchases import new_purchase
from tests.files.test_papers import COOPERATIVE, ISSUED, KITCHEN, NOW, ORDER, RECEIPT, RICE, pages

WHOLESALER = Party("CV Sumber Pangan", "W0001", "Kota Bogor")
PAID = MovedMoney(520_000, date(2026, 12, 4), "TRX-1")


def an_invoice(**changes):
    invoice = new_invoice(RECEIPT, number="INV/C3271041009/2026/00017", **changes)
    line = InvoiceLine(
        id=uuid.uuid4(),
        created_at=NOW,
        invoice_id=invoice.id,
        position=1,
        receipt_line_id=uuid.uuid4(),
        item_code="RICE-M",
        qty=40_000,
        price_idr=13_000,
        value_idr=520_000,
    )
    return invoice, invoice_paper(invoice, [(line, RICE)], COOPERATIVE, KITCHEN, ISSUED)


def test_an_invoice_says_its_sum_in_words_what_is_paid_and_what_is_owed():
    _, paper = an_invoice(total_idr=520_000, paid_idr=20_000)
    [page] = pages(paper)
    for words in (
        "FAKTUR",
        "INV/C3271041009/2026/00017",
        "13 Desember 2026",
        "Rp 520.000",
        "Rp 500.000",
        "Terbilang: Lima ratus dua puluh ribu rupiah.",
    ):
        assert words in page
    assert "Meterai" not in page


def test_a_credit_note_names_the_invoice_the_goods_and_why_and_its_sum_in_words():
    invoice, _ = an_invoice(total_idr=520_000)
    note = new_credit_note(
        invoice, new_user(new_organisation(OrganisationKind.KITCHEN), Role.KITCHEN_HEAD), total_idr=130_000
    )
    line = CreditNoteLine(
        id=uuid.uuid4(),
        created_at=NOW,
        credit_note_id=note.id,
        position=1,
        invoice_line_id=uuid.uuid4(),
        item_code="RICE-M",
        qty=10_000,
        value_idr=130_000,
        reason=RejectReason.SPOILED,
        remark="berkutu",
    )
    paper = credit_note_paper(note, [(line, RICE)], invoice, cooperative=COOPERATIVE, kitchen=KITCHEN, issued=ISSUED)
    [page] = pages(paper)
    for words in (
        "NOTA KREDIT",
        note.number,
        f"{invoice.number} tanggal",
        "10 kg",
        "busuk: berkutu",
        "Rp 130.000",
        "Terbilang: Seratus tiga puluh ribu rupiah.",
        "Diterima oleh",
        "Hormat kami",
    ):
        assert words in " ".join(page.split())


@pytest.mark.parametrize(("amount", "has_stamp"), [(5_000_000, False), (5_000_001, True)])
def test_a_receipt_of_more_than_five_million_has_room_for_the_stamp(amount, has_stamp):
    invoice, _ = an_invoice(total_idr=9_000_000)
    moved = MovedMoney(amount, date(2026, 12, 4), "TRX-1")
    [page] = pages(payment_paper(moved, invoice, cooperative=COOPERATIVE, kitchen=KITCHEN, issued=ISSUED))
    assert ("Meterai" in page) is has_stamp
    assert "Sudah terima dari" in page
    assert rupiah(amount) in page


def test_whoever_got_the_money_signs_for_it():
    invoice, _ = an_invoice()
    sides = {"cooperative": COOPERATIVE, "issued": ISSUED}
    purchase = new_purchase(ORDER, uuid.uuid4())
    for paper, taker, giver, purpose in (
        (payment_paper(PAID, invoice, kitchen=KITCHEN, **sides), COOPERATIVE, KITCHEN, "Pembayaran faktur"),
        (refund_paper(PAID, invoice, kitchen=KITCHEN, **sides), KITCHEN, COOPERATIVE, "Pengembalian kelebihan"),
        (
            purchase_payment_paper(PAID, purchase, wholesaler=WHOLESALER, **sides),
            WHOLESALER,
            COOPERATIVE,
            f"Pembayaran surat pembelian {purchase.number}",
        ),
    ):
        [page] = pages(paper)
        read = " ".join(page.split())
        assert read.startswith(taker.name)
        assert f"Sudah terima dari : {giver.name}" in read
        assert purpose in read
        assert "Lima ratus dua puluh ribu rupiah" in read
        assert "Dibatalkan" not in read


def test_money_that_was_taken_back_is_not_acknowledged_silently():
    invoice, _ = an_invoice()
    moved = MovedMoney(520_000, date(2026, 12, 4), "TRX-1", taken_back="Salah faktur")
    [page] = pages(payment_paper(moved, invoice, cooperative=COOPERATIVE, kitchen=KITCHEN, issued=ISSUED))
    assert "Dibatalkan" in page
    assert "Salah faktur" in page
