"""What a kitchen hands in every two weeks: its suppliers, what it bought at which price, budget, invoices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from service.domain.items import BudgetLine, Item
from service.domain.units import BP
from service.files.papers.goods import Issued
from service.files.papers.paper import Align, Column, Paper, Party, SignatureBlock
from service.files.papers.wording import long_date, quantity, rupiah, short_date, thousands

_NO = Column("No.", 6, Align.RIGHT)
_NOTHING = "Tidak ada pembelian untuk hari masak dalam masa ini."


@dataclass(frozen=True, slots=True)
class Bought:
    """Goods taken in and invoiced; ``cap_idr`` is the highest lawful price of that day, if there is one."""

    day: date
    item: Item
    supplier: str
    invoice: str
    qty: int
    price_idr: int
    cap_idr: int | None
    value_idr: int

    @property
    def is_above_cap(self) -> bool:
        """Whether more was paid than the law allows."""
        return self.cap_idr is not None and self.price_idr > self.cap_idr


@dataclass(frozen=True, slots=True)
class Invoiced:
    """An invoice as the list of proofs names it."""

    number: str
    delivery: str
    supplier: str
    issued_on: date
    total_idr: int
    paid_idr: int


@dataclass(frozen=True, slots=True)
class KitchenReport:
    """Two weeks of a kitchen; budgets are of one cooking day, in rupiah."""

    kitchen: Party
    office: Party
    from_date: date
    to_date: date
    cooking_days: tuple[date, ...]
    portions_small: int
    portions_large: int
    ingredient_budget_idr: int
    operations_budget_idr: int
    min_suppliers: int
    bought: tuple[Bought, ...]
    producers: tuple[tuple[str, tuple[str, ...]], ...]
    """Supplier and the producers behind its lots."""
    invoices: tuple[Invoiced, ...]


def report_papers(report: KitchenReport, issued: Issued) -> tuple[Paper, ...]:
    """Return the four papers of the set: suppliers, purchases and prices, portions and budget, invoices."""
    return (
        _suppliers(report, issued),
        _purchases(report, issued),
        _budget(report, issued),
        _invoices(report, issued),
    )


def _paper(
    report: KitchenReport,
    issued: Issued,
    title: str,
    *,
    facts: tuple[tuple[str, str], ...],
    columns: tuple[Column, ...],
    rows: tuple[tuple[str, ...], ...],
    sums: tuple[tuple[str, str], ...],
) -> Paper:
    return Paper(
        title=title,
        number=f"{report.kitchen.code}/{report.from_date:%Y%m%d}-{report.to_date:%Y%m%d}",
        place_and_date=issued.place_and_date,
        issuer=report.kitchen,
        receiver_label="Kepada",
        receiver=report.office,
        made_at=issued.made_at,
        facts=(("Masa laporan", f"{long_date(report.from_date)} s.d. {long_date(report.to_date)}"), *facts),
        opening="" if rows else _NOTHING,
        columns=columns,
        rows=rows,
        sums=sums,
        signatures=(
            SignatureBlock("Mengetahui, Kepala SPPG", report.kitchen.name),
            SignatureBlock("Dibuat oleh, Akuntan", report.kitchen.name),
        ),
    )


def _suppliers(report: KitchenReport, issued: Issued) -> Paper:
    values: dict[str, int] = {}
    for one in report.bought:
        values[one.supplier] = values.get(one.supplier, 0) + one.value_idr
    total, producers = sum(values.values()), dict(report.producers)
    rows = tuple(
        (
            str(number),
            supplier,
            ", ".join(producers.get(supplier, ())) or "-",
            thousands(value),
            f"{value * BP // total / 100:.1f} %".replace(".", ",") if total else "-",
        )
        for number, (supplier, value) in enumerate(sorted(values.items(), key=lambda one: (-one[1], one[0])), 1)
    )
    return _paper(
        report,
        issued,
        "Daftar Pemasok",
        facts=(
            ("Jumlah pemasok", f"{len(values)} (sekurang-kurangnya {report.min_suppliers})"),
            ("Produsen asal", str(len({name for _, names in report.producers for name in names}))),
        ),
        columns=(
            _NO,
            Column("Pemasok", 32),
            Column("Produsen asal", 44),
            Column("Nilai (Rp)", 20, Align.RIGHT),
            Column("Bagian", 12, Align.RIGHT),
        ),
        rows=rows,
        sums=(("Jumlah seluruhnya", rupiah(total)),),
    )


def _purchases(report: KitchenReport, issued: Issued) -> Paper:
    rows = tuple(
        (
            str(number),
            short_date(one.day),
            one.item.name_id,
            one.supplier,
            quantity(one.qty, one.item.unit),
            thousands(one.price_idr),
            "-" if one.cap_idr is None else thousands(one.cap_idr) + (" (lewat)" if one.is_above_cap else ""),
            thousands(one.value_idr),
        )
        for number, one in enumerate(report.bought, 1)
    )
    above = sum(one.is_above_cap for one in report.bought)
    return _paper(
        report,
        issued,
        "Daftar Pembelian dan Harga",
        facts=(("Harga di atas batas", f"{above} baris" if above else "tidak ada"),),
        columns=(
            Column("No.", 7, Align.RIGHT),
            Column("Tanggal masak", 18),
            Column("Barang", 25),
            Column("Pemasok", 24),
            Column("Jumlah", 17, Align.RIGHT),
            Column("Harga (Rp)", 14, Align.RIGHT),
            Column("HET/HAP (Rp)", 16, Align.RIGHT),
            Column("Nilai (Rp)", 19, Align.RIGHT),
        ),
        rows=rows,
        sums=(("Jumlah seluruhnya", rupiah(_value(report.bought))),),
    )


def _budget(report: KitchenReport, issued: Issued) -> Paper:
    ingredients = [one for one in report.bought if one.item.budget_line is BudgetLine.INGREDIENT]
    # Goods for a day without cooking (a closed day set afterwards) are still accounted for.
    days = sorted({*report.cooking_days, *(one.day for one in ingredients)})
    rows, budgets = [], 0
    for number, day in enumerate(days, 1):
        is_cooking = day in report.cooking_days
        budget, spent = is_cooking * report.ingredient_budget_idr, _value(one for one in ingredients if one.day == day)
        budgets += budget
        portions = (report.portions_small, report.portions_large) if is_cooking else (0, 0)
        money = (budget, spent, budget - spent)
        rows.append((str(number), short_date(day), *map(thousands, (*portions, *money))))
    spent = _value(ingredients)
    operations = _value(report.bought) - spent
    operations_budget = len(report.cooking_days) * report.operations_budget_idr
    return _paper(
        report,
        issued,
        "Laporan Porsi dan Penggunaan Anggaran",
        facts=(("Hari masak", str(len(report.cooking_days))), ("Porsi", "sebagaimana terdaftar")),
        columns=(
            _NO,
            Column("Tanggal masak", 20),
            Column("Porsi kecil", 14, Align.RIGHT),
            Column("Porsi besar", 14, Align.RIGHT),
            Column("Anggaran bahan (Rp)", 24, Align.RIGHT),
            Column("Belanja bahan (Rp)", 24, Align.RIGHT),
            Column("Sisa (Rp)", 22, Align.RIGHT),
        ),
        rows=tuple(rows),
        sums=(
            ("Anggaran bahan", rupiah(budgets)),
            ("Belanja bahan", rupiah(spent)),
            ("Belanja operasional lewat Pasok", rupiah(operations)),
            ("Anggaran operasional", rupiah(operations_budget)),
            ("Sisa anggaran bahan", rupiah(budgets - spent)),
        ),
    )


def _invoices(report: KitchenReport, issued: Issued) -> Paper:
    total, paid = sum(one.total_idr for one in report.invoices), sum(one.paid_idr for one in report.invoices)
    owed = sum(max(0, one.total_idr - one.paid_idr) for one in report.invoices)
    return _paper(
        report,
        issued,
        "Daftar Faktur dan Pembayaran",
        facts=(("Jumlah faktur", str(len(report.invoices))),),
        columns=(
            _NO,
            Column("Faktur", 26),
            Column("Surat jalan", 28),
            Column("Pemasok", 24),
            Column("Tanggal", 17),
            Column("Nilai (Rp)", 18, Align.RIGHT),
            Column("Dibayar (Rp)", 18, Align.RIGHT),
        ),
        rows=_invoice_rows(report.invoices),
        sums=(("Jumlah", rupiah(total)), ("Sudah dibayar", rupiah(paid)), ("Belum dibayar", rupiah(owed))),
    )


def _invoice_rows(invoices: Sequence[Invoiced]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (
            str(number),
            one.number,
            one.delivery,
            one.supplier,
            short_date(one.issued_on),
            thousands(one.total_idr),
            thousands(one.paid_idr),
        )
        for number, one in enumerate(invoices, 1)
    )


def _value(bought: Iterable[Bought]) -> int:
    return sum(one.value_idr for one in bought)
