"""A kitchen's two weeks on paper: who supplied, at which price, how much of the budget, which invoices."""

import io
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from service.domain.items import BudgetLine
from service.files.papers.goods import Issued
from service.files.papers.paper import Party
from service.files.papers.reports import Bought, Invoiced, KitchenReport, report_papers
from service.files.papers.sheet import printed
from service.files.papers.wording import rupiah
from tests.factories.items import new_item

NOW = datetime(2026, 12, 14, 3, tzinfo=UTC)
ISSUED = Issued("Kota Bogor", NOW, NOW.astimezone(ZoneInfo("Asia/Jakarta")))
FIRST = date(2026, 11, 30)
RICE, SOAP = new_item("RICE-M"), new_item("DETERG", budget_line=BudgetLine.OPERATIONS)


def bought(**changes):
    fields = {
        "day": FIRST,
        "item": RICE,
        "supplier": "KKMP Bantarjati",
        "invoice": "INV/1",
        "qty": 40_000,
        "price_idr": 13_000,
        "cap_idr": 13_500,
        "value_idr": 520_000,
    }
    return Bought(**{**fields, **changes})


def a_report(goods, invoices=()):
    return KitchenReport(
        kitchen=Party("SPPG Bantarjati", "K0001", "Kota Bogor"),
        office=Party("Dinas Koperasi Kota Bogor", "OFFICE", "Kota Bogor"),
        from_date=FIRST,
        to_date=FIRST + timedelta(days=13),
        cooking_days=(FIRST, FIRST + timedelta(days=1)),
        portions_small=1_200,
        portions_large=1_800,
        ingredient_budget_idr=27_600_000,
        operations_budget_idr=9_000_000,
        min_suppliers=15,
        bought=tuple(goods),
        producers=(("KKMP Bantarjati", ("Kelompok Tani Mekar", "Peternak Jaya")),),
        invoices=tuple(invoices),
    )


def read(report):
    pages = PdfReader(io.BytesIO(printed(*report_papers(report, ISSUED)))).pages
    return [" ".join(page.extract_text().split()) for page in pages]


def test_the_set_tells_suppliers_prices_budget_and_invoices():
    above = bought(supplier="KKMP Tegallega", price_idr=13_520, value_idr=540_800)
    soap = bought(item=SOAP, cap_idr=None, value_idr=100_000)
    paid = Invoiced("INV/1", "SJ-1", "KKMP Bantarjati", FIRST, 620_000, 20_000)
    suppliers, purchases, budget, invoices = read(a_report([bought(), above, soap], [paid]))
    for page, words in (
        (suppliers, ("2 (sekurang-kurangnya 15)", "Kelompok Tani Mekar, Peternak Jaya", "53,4 %", "Rp 1.160.800")),
        (purchases, ("1 baris", "13.500 (lewat)", "30 November 2026 s.d. 13 Desember 2026", "Rp 1.160.800")),
        (budget, ("27.600.000", "1.060.800", "26.539.200", "Rp 54.139.200", "Rp 100.000", "Rp 18.000.000")),
        (invoices, ("SJ-1", "Rp 620.000", "Rp 20.000", "Rp 600.000", "Halaman 4 dari 4")),
    ):
        for word in words:
            assert word in page
        assert "Kota Bogor, 14 Desember 2026" in page


def test_two_weeks_without_goods_say_so():
    suppliers, purchases, budget, invoices = read(a_report([]))
    assert all("Tidak ada pembelian" in page for page in (suppliers, purchases, invoices))
    assert "Rp 55.200.000" in budget


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(1, 10**9), max_size=40))
def test_every_paper_of_the_set_comes_to_the_same_sum(values):
    goods = [bought(value_idr=value, day=FIRST + timedelta(days=place % 14)) for place, value in enumerate(values)]
    suppliers, purchases, budget, _ = report_papers(a_report(goods), ISSUED)
    spent = dict(budget.sums)["Belanja bahan"]
    assert dict(suppliers.sums)["Jumlah seluruhnya"] == dict(purchases.sums)["Jumlah seluruhnya"] == spent
    assert spent == rupiah(sum(values))
