"""Region, kecamatan, kelurahan, and the distance between two places."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sqlmodel import Field

from service.domain.tables import Row

EARTH_RADIUS_M = 6_371_008.8


class Region(Row, table=True):
    """A kabupaten or kota: matched alone, by its own operators; code as the Ministry of Home Affairs gives it."""

    code: str = Field(primary_key=True, max_length=5)
    name: str = Field(max_length=80)
    timezone: str = Field(default="Asia/Jakarta", max_length=40)
    price_zone: int = Field(default=1, ge=1, le=3)


class Kecamatan(Row, table=True):
    """A district of a region."""

    code: str = Field(primary_key=True, max_length=8)
    region_code: str = Field(foreign_key="region.code", index=True)
    name: str = Field(max_length=80)


class Kelurahan(Row, table=True):
    """An urban village: home of one KKMP. Coordinates are the published centroid (WGS84 degrees)."""

    code: str = Field(primary_key=True, max_length=13)
    kecamatan_code: str = Field(foreign_key="kecamatan.code", index=True)
    name: str = Field(max_length=80)
    latitude: float
    longitude: float
    population: int = Field(ge=0)


def distance_m(*, from_latitude: float, from_longitude: float, to_latitude: float, to_longitude: float) -> int:
    """Return the haversine distance in whole metres between two points in degrees."""
    first, second = math.radians(from_latitude), math.radians(to_latitude)
    half_lat = (second - first) / 2
    half_lon = math.radians(to_longitude - from_longitude) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(first) * math.cos(second) * math.sin(half_lon) ** 2
    return round(2 * EARTH_RADIUS_M * math.asin(math.sqrt(chord)))


def short_trip(start: tuple[float, float], stops: Sequence[tuple[float, float]]) -> list[tuple[int, int]]:
    """Return the order of a short trip: from each place to the nearest that is left.

    Parameters
    ----------
    start, stops
        Latitude and longitude in degrees.

    Returns
    -------
    list
        The index of each stop with the metres from the place before it.
    """
    trip: list[tuple[int, int]] = []
    here, left = start, set(range(len(stops)))
    while left:
        far, index = min(
            (
                distance_m(
                    from_latitude=here[0],
                    from_longitude=here[1],
                    to_latitude=stops[one][0],
                    to_longitude=stops[one][1],
                ),
                one,
            )
            for one in left
        )
        trip.append((index, far))
        here = stops[index]
        left.remove(index)
    return trip
