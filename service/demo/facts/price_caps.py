"""Legal ceilings and reference prices as facts, with the source that sets each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from service.demo.facts.csv_rows import read_rows, require_unique
from service.demo.facts.items import ItemFact
from service.domain.price_caps import CapKind


@dataclass(frozen=True, slots=True)
class PriceCapFact:
    """A cap in rupiah per kilogram, litre or piece; both days included, an open end is ``None``."""

    kind: CapKind
    item_code: str
    zone: int
    price_idr: int
    valid_from: date
    valid_to: date | None
    source: str
    mark: str


def read_price_caps(items: tuple[ItemFact, ...]) -> tuple[PriceCapFact, ...]:
    """Return every cap on record."""
    known = {item.code: item for item in items}
    columns = ("kind", "item_code", "zone", "price_idr", "valid_from", "valid_to", "source", "mark")
    caps = []
    for row in read_rows("price_caps.csv", columns):
        starts, ends = row.day("valid_from"), row.optional_day("valid_to")
        if ends is not None and ends < starts:
            raise row.fault("valid_to", f"a day from {starts} on")
        caps.append(
            PriceCapFact(
                kind=row.member("kind", CapKind),
                item_code=row.known("item_code", known),
                zone=row.whole("zone", least=1, most=3),
                price_idr=row.whole("price_idr", least=1),
                valid_from=starts,
                valid_to=ends,
                source=row.text("source"),
                mark=row.text("mark"),
            )
        )
    require_unique("price_caps.csv", ((cap.kind, cap.item_code, cap.zone, cap.valid_from) for cap in caps))
    return tuple(caps)
