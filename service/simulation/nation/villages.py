"""Where a region's villages lie: real for Kota Bogor, drawn for all others, of which only the centre is known."""

from __future__ import annotations

import math
import random
from typing import Final

from service.demo.draws import KM_PER_DEGREE_LATITUDE, KM_PER_DEGREE_LONGITUDE, apportion
from service.demo.facts import read_facts
from service.demo.facts.regions import KabkotaFact
from service.domain.places import Kecamatan, Kelurahan

CITY_VILLAGE_KM2: Final = 2.0
"""As in Kota Bogor, where 68 kelurahan cover 111 km²."""
VILLAGE_KM2: Final = 8.0
"""Of a kabupaten, about as on Java; elsewhere villages are wider, which no file here tells."""
VILLAGES_PER_KECAMATAN: Final = 11.5
"""83,762 villages in about 7,285 kecamatan."""
UNEVEN: Final = 0.6
"""Spread of the villages' sizes (of their logarithm)."""


def villages_of(fact: KabkotaFact, seed: int) -> tuple[list[Kecamatan], list[Kelurahan]]:
    """Return the kecamatan and villages of a region.

    Drawn villages spread evenly over a disc around the region's centre; each belongs to the nearest of its drawn
    kecamatan, and the residents are shared out unevenly.
    """
    facts = read_facts()
    if fact.code == facts.region.code:
        return _known(fact.code)
    draw = random.Random(f"pasok-nation/{seed}/{fact.code}/villages")  # noqa: S311 - repeatable on purpose
    radius_km = math.sqrt(area_km2(fact) / math.pi)
    centres = [_point(draw, radius_km) for _ in range(max(1, round(fact.villages / VILLAGES_PER_KECAMATAN)))]
    points = [_point(draw, radius_km) for _ in range(fact.villages)]
    residents = apportion(fact.population, [draw.lognormvariate(0, UNEVEN) for _ in points])
    districts = [
        Kecamatan(code=f"{fact.code}.{number:02d}", region_code=fact.code, name=f"Kecamatan {number}")
        for number in range(1, len(centres) + 1)
    ]
    villages = []
    for number, (point, population) in enumerate(zip(points, residents, strict=True), start=1):
        home = min(range(len(centres)), key=lambda n: math.dist(point, centres[n]))
        villages.append(
            Kelurahan(
                code=f"{districts[home].code}.{1000 + number}",
                kecamatan_code=districts[home].code,
                name=f"{'Kelurahan' if fact.is_city else 'Desa'} {number}",
                latitude=round(fact.latitude + point[1] / KM_PER_DEGREE_LATITUDE, 6),
                longitude=round(fact.longitude + point[0] / KM_PER_DEGREE_LONGITUDE, 6),
                population=population,
            )
        )
    return districts, villages


def area_km2(fact: KabkotaFact) -> float:
    """Return how wide a region is taken to be."""
    return fact.villages * (CITY_VILLAGE_KM2 if fact.is_city else VILLAGE_KM2)


def _known(region_code: str) -> tuple[list[Kecamatan], list[Kelurahan]]:
    facts = read_facts()
    districts = [Kecamatan(code=each.code, region_code=region_code, name=each.name) for each in facts.kecamatan]
    villages = [
        Kelurahan(
            code=each.code,
            kecamatan_code=each.kecamatan_code,
            name=each.name,
            latitude=each.latitude,
            longitude=each.longitude,
            population=each.population,
        )
        for each in facts.kelurahan
    ]
    return districts, villages


def _point(draw: random.Random, radius_km: float) -> tuple[float, float]:
    """Return a point of a disc, east and north of its middle in km."""
    far, angle = radius_km * math.sqrt(draw.random()), 2 * math.pi * draw.random()
    return far * math.cos(angle), far * math.sin(angle)
