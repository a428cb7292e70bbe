"""The catalogue as facts: items, packs, what stands in for what, and what kitchens may not get."""

from __future__ import annotations

from dataclasses import dataclass

from service.demo.facts.csv_rows import CsvRow, InvalidFacts, read_rows, require_unique
from service.domain.items import LARGEST_TOLERANCE_BP, BudgetLine, ColdChain, ItemCategory, NeedClass
from service.domain.organisations import DocumentKind
from service.domain.units import BP, Unit

_ITEM_COLUMNS = (
    "code",
    "name_id",
    "name_en",
    "category",
    "need_class",
    "unit",
    "step_qty",
    "grams_per_unit",
    "cold_chain",
    "shelf_life_days",
    "frozen_shelf_life_days",
    "budget_line",
    "edible_share_bp",
    "portion_small_milli",
    "portion_large_milli",
    "price_low_idr",
    "price_high_idr",
    "leftover_bp",
    "receipt_tolerance_bp",
    "required_documents",
    "refusal_code",
)


@dataclass(frozen=True, slots=True)
class RefusalFact:
    """Why kitchens may not get an item: a stable code, the reason, and the source that says so."""

    code: str
    reason: str
    source: str
    mark: str


@dataclass(frozen=True, slots=True)
class ItemFact:
    """An item; portions in thousandths of its base unit, prices in rupiah per kilogram, litre or piece."""

    code: str
    name_id: str
    name_en: str
    category: ItemCategory
    need_class: NeedClass
    unit: Unit
    step_qty: int
    grams_per_unit: int
    cold_chain: ColdChain
    shelf_life_days: int | None
    frozen_shelf_life_days: int | None
    budget_line: BudgetLine
    edible_share_bp: int
    portion_small_milli: int
    portion_large_milli: int
    price_low_idr: int
    price_high_idr: int
    leftover_bp: int
    receipt_tolerance_bp: int | None
    required_documents: tuple[DocumentKind, ...]
    refusal: RefusalFact | None

    @property
    def is_for_kitchens(self) -> bool:
        """Whether kitchens may get it."""
        return self.refusal is None


@dataclass(frozen=True, slots=True)
class PackFact:
    item_code: str
    pack_qty: int
    name_id: str


@dataclass(frozen=True, slots=True)
class SubstitutionFact:
    """What nutritionists accept in place of an item; the penalty is in rupiah per kilogram, litre or piece."""

    item_code: str
    substitute_code: str
    covers_bp: int
    penalty_idr: int


def _read_refusals() -> dict[str, RefusalFact]:
    rows = read_rows("refusals.csv", ("code", "reason", "item_code", "source", "mark"))
    require_unique("refusals.csv", (row.text("item_code") for row in rows))
    return {
        row.text("item_code"): RefusalFact(row.text("code"), row.text("reason"), row.text("source"), row.text("mark"))
        for row in rows
    }


def _item(row: CsvRow, refusal: RefusalFact | None) -> ItemFact:
    if row.optional_text("refusal_code") != (refusal.code if refusal else None):
        raise row.fault("refusal_code", "the code that refusals.csv gives for this item")
    low = row.whole("price_low_idr", least=1)
    return ItemFact(
        code=row.text("code"),
        name_id=row.text("name_id"),
        name_en=row.text("name_en"),
        category=row.member("category", ItemCategory),
        need_class=row.member("need_class", NeedClass),
        unit=row.member("unit", Unit),
        step_qty=row.whole("step_qty", least=1),
        grams_per_unit=row.whole("grams_per_unit", least=1),
        cold_chain=row.member("cold_chain", ColdChain),
        shelf_life_days=row.optional_whole("shelf_life_days", least=1),
        frozen_shelf_life_days=row.optional_whole("frozen_shelf_life_days", least=1),
        budget_line=row.member("budget_line", BudgetLine),
        edible_share_bp=row.whole("edible_share_bp", least=1, most=BP),
        portion_small_milli=row.whole("portion_small_milli"),
        portion_large_milli=row.whole("portion_large_milli"),
        price_low_idr=low,
        price_high_idr=row.whole("price_high_idr", least=low),
        leftover_bp=row.whole("leftover_bp", most=BP),
        receipt_tolerance_bp=row.optional_whole("receipt_tolerance_bp", most=LARGEST_TOLERANCE_BP),
        required_documents=row.members("required_documents", DocumentKind),
        refusal=refusal,
    )


def read_items() -> tuple[ItemFact, ...]:
    """Return the catalogue, in its own order."""
    refusals = _read_refusals()
    rows = read_rows("items.csv", _ITEM_COLUMNS)
    require_unique("items.csv", (row.text("code") for row in rows))
    unknown = refusals.keys() - {row.text("code") for row in rows}
    if unknown:
        raise InvalidFacts(f"refusals.csv: {sorted(unknown)} are not in the catalogue")
    return tuple(_item(row, refusals.get(row.text("code"))) for row in rows)


def read_packs(items: tuple[ItemFact, ...]) -> tuple[PackFact, ...]:
    """Return the packs of every item; a pack holds whole steps, since kitchens are served in steps."""
    known = {item.code: item for item in items}
    packs = []
    for row in read_rows("packs.csv", ("item_code", "pack_qty", "name_id")):
        code, qty = row.known("item_code", known), row.whole("pack_qty", least=1)
        if qty % known[code].step_qty:
            raise row.fault("pack_qty", f"a multiple of the step {known[code].step_qty}")
        packs.append(PackFact(code, qty, row.text("name_id")))
    require_unique("packs.csv", ((pack.item_code, pack.pack_qty) for pack in packs))
    without = known.keys() - {pack.item_code for pack in packs}
    if without:
        raise InvalidFacts(f"packs.csv: {sorted(without)} have no pack")
    return tuple(packs)


def read_substitutions(items: tuple[ItemFact, ...]) -> tuple[SubstitutionFact, ...]:
    """Return the approved pairs."""
    known = {item.code: item for item in items}
    pairs = [
        SubstitutionFact(
            row.known("item_code", known),
            row.known("substitute_code", known),
            row.whole("covers_bp", least=1, most=2 * BP),
            row.whole("penalty_idr"),
        )
        for row in read_rows("substitutions.csv", ("item_code", "substitute_code", "covers_bp", "penalty_idr"))
    ]
    require_unique("substitutions.csv", ((pair.item_code, pair.substitute_code) for pair in pairs))
    return tuple(pairs)
