"""All kabupaten and kota of the country: where they lie, who lives there, of how many villages they are made."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from service.demo.facts.csv_rows import read_rows, require_unique

COLUMNS: Final = ("code", "name", "province", "latitude", "longitude", "population", "kelurahan", "desa")
CENTRAL: Final = frozenset({"51", "52", "53", "63", "64", "65", "71", "72", "73", "74", "75", "76"})
EASTERN: Final = frozenset({"81", "82", "91", "92", "93", "94", "95", "96", "97"})
"""Provinces of WITA and WIT; all others keep WIB."""


@dataclass(frozen=True, slots=True)
class KabkotaFact:
    """A kabupaten or kota: centroid in WGS84 degrees, registered residents of December 2024."""

    code: str
    name: str
    province: str
    latitude: float
    longitude: float
    population: int
    kelurahan: int
    desa: int

    @property
    def villages(self) -> int:
        """Number of kelurahan and desa, each the home of one cooperative."""
        return self.kelurahan + self.desa

    @property
    def is_city(self) -> bool:
        """Whether it is a kota, where villages lie close together."""
        return self.name.startswith("Kota ")

    @property
    def timezone(self) -> str:
        """The time that its clocks show."""
        province = self.code[:2]
        if province in CENTRAL:
            return "Asia/Makassar"
        return "Asia/Jayapura" if province in EASTERN else "Asia/Jakarta"


@cache
def read_regions() -> tuple[KabkotaFact, ...]:
    """Return all regions by code.

    Raises
    ------
    InvalidFacts
        Naming file, line and column of the first thing that cannot be.
    """
    rows = read_rows("regions.csv", COLUMNS)
    require_unique("regions.csv", (row.text("code") for row in rows))
    return tuple(
        KabkotaFact(
            code=row.text("code"),
            name=row.text("name"),
            province=row.text("province"),
            latitude=row.number("latitude", least=-11, most=6),
            longitude=row.number("longitude", least=95, most=141),
            population=row.whole("population", least=1),
            kelurahan=row.whole("kelurahan"),
            desa=row.whole("desa"),
        )
        for row in rows
    )
