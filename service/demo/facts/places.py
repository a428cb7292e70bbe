"""Region, kecamatan, kelurahan, and who lives there at which age."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.demo.facts.csv_rows import InvalidFacts, read_rows, require_unique

AGE_COLUMNS = ("age_0_4", "age_3_4", "age_5", "age_6_11", "age_12_14", "age_15_17")


@dataclass(frozen=True, slots=True)
class RegionFact:
    code: str
    name: str
    timezone: str
    price_zone: int


@dataclass(frozen=True, slots=True)
class KecamatanFact:
    """A district; ``kitchens`` is how many operated in February 2026, the proportion by which demo kitchens spread."""

    code: str
    region_code: str
    name: str
    kitchens: int


@dataclass(frozen=True, slots=True)
class KelurahanFact:
    """An urban village: centroid in WGS84 degrees, registered residents of 2024."""

    code: str
    kecamatan_code: str
    kecamatan: str
    name: str
    latitude: float
    longitude: float
    postal_code: str
    population: int
    area_km2: float


@dataclass(frozen=True, slots=True)
class AgeGroupFact:
    """Registered residents of a kelurahan by age; ``age_3_4`` is a part of ``age_0_4``."""

    kelurahan_code: str
    residents: Mapping[str, int]
    households: int


def read_region() -> RegionFact:
    """Return the one region that the files are about."""
    rows = read_rows("region.csv", ("code", "name", "timezone", "price_zone"))
    if len(rows) != 1:
        raise InvalidFacts("region.csv: one region is expected")
    row = rows[0]
    zone = row.whole("price_zone", least=1, most=3)
    return RegionFact(row.text("code"), row.text("name"), row.text("timezone"), zone)


def read_kecamatan(region: RegionFact) -> tuple[KecamatanFact, ...]:
    """Return the districts of the region, by code."""
    rows = read_rows("kecamatan.csv", ("code", "name", "kitchens_2026_02"))
    require_unique("kecamatan.csv", (row.text("code") for row in rows))
    return tuple(
        KecamatanFact(row.text("code"), region.code, row.text("name"), row.whole("kitchens_2026_02")) for row in rows
    )


def read_kelurahan(kecamatan: tuple[KecamatanFact, ...]) -> tuple[KelurahanFact, ...]:
    """Return the urban villages, by code."""
    names = {place.code: place.name for place in kecamatan}
    columns = ("code", "name", "kecamatan_code", "kecamatan", "latitude", "longitude", "postal_code", "population")
    places = []
    for row in read_rows("kelurahan.csv", (*columns, "area_km2")):
        kecamatan_code = row.known("kecamatan_code", names)
        if names[kecamatan_code] != row.text("kecamatan") or not row.text("code").startswith(kecamatan_code):
            raise row.fault("kecamatan_code", "the kecamatan of this kelurahan")
        places.append(
            KelurahanFact(
                code=row.text("code"),
                kecamatan_code=kecamatan_code,
                kecamatan=row.text("kecamatan"),
                name=row.text("name"),
                latitude=row.number("latitude", least=-11, most=6),
                longitude=row.number("longitude", least=95, most=141),
                postal_code=row.text("postal_code"),
                population=row.whole("population", least=1),
                area_km2=row.number("area_km2", least=0.01, most=10_000),
            )
        )
    require_unique("kelurahan.csv", (place.code for place in places))
    return tuple(places)


def read_age_groups(kelurahan: tuple[KelurahanFact, ...]) -> tuple[AgeGroupFact, ...]:
    """Return the residents by age, one entry for every kelurahan."""
    population = {place.code: place.population for place in kelurahan}
    groups = []
    for row in read_rows("age_groups.csv", ("kelurahan_code", *AGE_COLUMNS, "households")):
        code = row.known("kelurahan_code", population)
        residents = {column: row.whole(column, least=1, most=population[code]) for column in AGE_COLUMNS}
        groups.append(AgeGroupFact(code, residents, row.whole("households", least=1)))
    require_unique("age_groups.csv", (group.kelurahan_code for group in groups))
    if len(groups) != len(kelurahan):
        raise InvalidFacts("age_groups.csv: every kelurahan needs a line")
    return tuple(groups)
