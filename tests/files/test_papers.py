"""Papers are opened and read: the words, the sums, the pages; hostile names neither break nor leave them."""

import io
import uuid
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from service.domain.receipts import ReceiptLine, RejectReason, Side, Signature
from service.domain.units import Unit
from service.files.papers.goods import Issued, NotedGoods, OrderedGoods, delivery_paper, handover_paper, order_paper
from service.files.papers.paper import Party
from service.files.papers.sheet import printed
from service.files.papers.wording import printable, quantity, weekday_and_date
from tests.factories.deliveries import (
    LEFT_AT,
    new_delivery,
    new_delivery_line,
    new_delivery_lot,
    new_receipt,
)
from tests.factories.items import new_item
from tests.factories.orders import new_order, new_order_line

NOW = datetime(2026, 11, 27, 3, tzinfo=UTC)
ISSUED = Issued("Kota Bogor", NOW, NOW.astimezone(ZoneInfo("Asia/Jakarta")))
COOPERATIVE = Party("KKMP Bantarjati", "C3271041009", "Kelurahan Bantarjati, Kecamatan Bogor Utara, Kota Bogor")
KITCHEN = Party("SPPG Bantarjati", "K0001", "Kelurahan Bantarjati, Kota Bogor")
OFFICE = Party("Dinas Koperasi Kota Bogor", "OFFICE", "Kota Bogor")
RICE = new_item("RICE-M")
ORDER = new_order(number="PO-3271-2026W49-C3271041009")
LINE = new_order_line(ORDER)
DELIVERY = new_delivery(ORDER, LINE, number="SJ-C3271041009-K0001-20261130-1")
RECEIPT = new_receipt(DELIVERY, signed_at=NOW)


def pages(paper):
    return [page.extract_text() for page in PdfReader(io.BytesIO(printed(paper))).pages]


def an_order(count=1, item=RICE):
    lines = [new_order_line(ORDER, position=number) for number in range(1, count + 1)]
    return order_paper(ORDER, [OrderedGoods(line, item, KITCHEN.name) for line in lines], OFFICE, COOPERATIVE, ISSUED)


def noted(weighed=None, **changes):
    line = new_delivery_line(DELIVERY, LINE, **changes)
    lots = (
        new_delivery_lot(line, shipped_qty=25_000, temperature_dc=-180),
        new_delivery_lot(line, shipped_qty=15_000, lot_code="L-2", expires_on=None),
    )
    return NotedGoods(line, RICE, lots, weighed)


def test_an_order_names_both_sides_every_line_and_the_sum():
    [page] = pages(an_order(3))
    for words in (
        "Dinas Koperasi Kota Bogor",
        "SURAT PESANAN",
        "Nomor: PO-3271-2026W49-C3271041009",
        "KKMP Bantarjati (C3271041009)",
        "Beras medium",
        "40 kg",
        "13.000",
        "520.000",
        "Rp 1.560.000",
        "Kota Bogor, 27 November 2026",
        "Halaman 1 dari 1",
    ):
        assert words in page


def test_a_long_order_repeats_the_head_of_its_table_and_loses_no_line():
    read = pages(an_order(200))
    assert len(read) > 3
    assert all("Tanggal masak" in page for page in read if "Beras medium" in page)
    assert sum(page.count("Beras medium") for page in read) == 200
    assert f"Halaman {len(read)} dari {len(read)}" in read[-1]


def test_a_note_shows_what_is_planned_and_then_the_lots_that_left():
    [planned] = pages(delivery_paper(DELIVERY, [noted()], COOPERATIVE, KITCHEN, ISSUED))
    assert "40 kg" in planned
    assert "Kelompok Tani" not in planned
    [left] = pages(delivery_paper(DELIVERY, [noted(shipped_qty=40_000)], COOPERATIVE, KITCHEN, ISSUED))
    for words in ("SURAT JALAN", "Senin, 30 November 2026", "25 kg", "15 kg", "L-2", "20-12-2026", "-18,0 °C"):
        assert words in left


def test_a_handover_tells_what_was_refused_and_why_and_who_signed():
    weighed = ReceiptLine(
        id=uuid.uuid4(),
        created_at=NOW,
        receipt_id=RECEIPT.id,
        delivery_line_id=uuid.uuid4(),
        order_line_id=LINE.id,
        item_code="RICE-M",
        shipped_qty=40_000,
        received_qty=39_800,
        counted_qty=40_000,
        accepted_qty=39_000,
        rejected_qty=1_000,
        reason=RejectReason.DAMAGED,
        remark="karung robek",
    )
    names = [
        Signature(receipt_id=RECEIPT.id, side=side, user_id=uuid.uuid4(), name=name, signed_at=LEFT_AT)
        for side, name in ((Side.GIVER, "Siti Aminah"), (Side.RECEIVER, "Budi Santoso"))
    ]
    paper = handover_paper(
        DELIVERY, RECEIPT, [noted(weighed)], names, cooperative=COOPERATIVE, kitchen=KITCHEN, issued=ISSUED
    )
    [page] = pages(paper)
    for words in (
        "BERITA ACARA SERAH TERIMA BARANG",
        "BAST-C3271041009-K0001-20261130-1",
        "Jumat, 27 November 2026 pukul 10.00 telah diserahterimakan",
        "39,8 kg",
        "39 kg",
        "rusak: karung robek",
        "(Siti Aminah)",
        "(Budi Santoso)",
    ):
        assert words in " ".join(page.split())


def test_equal_papers_are_equal_files():
    assert printed(an_order(5)) == printed(an_order(5))


@settings(max_examples=25)
@given(st.text(min_size=1, max_size=120))
def test_whatever_a_thing_is_called_the_paper_holds(name):
    item = new_item("RICE-M", name_id=name)
    read = pages(an_order(2, item))
    assert len(read) <= 3
    assert "Rp 1.040.000" in "".join(read)


@given(st.text(max_size=60))
def test_what_is_printed_has_only_letters_of_the_font(text):
    printable(text).encode("latin-1")


@pytest.mark.parametrize(
    ("qty", "unit", "words"),
    [
        (37_500, Unit.GRAM, "37,5 kg"),
        (1, Unit.GRAM, "0,001 kg"),
        (1_200_000, Unit.MILLILITRE, "1.200 liter"),
        (1_200, Unit.PIECE, "1.200 buah"),
    ],
)
def test_quantities_are_written_as_people_order(qty, unit, words):
    assert quantity(qty, unit) == words


def test_a_day_has_its_indonesian_name():
    assert weekday_and_date(date(2026, 11, 27)) == "Jumat, 27 November 2026"
