"""Distances on the ground and how local a delivery is."""

from __future__ import annotations

import math
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the earth, IUGG."""

_ROUNDING_DOUBT_M = 1e-3
"""So close to a half metre the vectorised sines could round to the other side; those pairs are computed one by one."""


class Place(Protocol):
    """Anything with a position in degrees."""

    @property
    def lat(self) -> float: ...
    @property
    def lon(self) -> float: ...


class Address(Protocol):
    """Anything with official codes of its kelurahan and kecamatan."""

    @property
    def kelurahan(self) -> str: ...
    @property
    def kecamatan(self) -> str: ...


class Tier(StrEnum):
    """How near the goods come from, seen from the kitchen."""

    KELURAHAN = "kelurahan"
    KECAMATAN = "kecamatan"
    CITY = "city"


def metres_between(a: Place, b: Place) -> int:
    """Haversine distance between two places.

    Parameters
    ----------
    a, b
        Places with latitude and longitude in degrees.

    Returns
    -------
    int
        Whole metres, half to even; the same in both directions.
    """
    return _metres(a.lat, a.lon, b.lat, b.lon)


@lru_cache(maxsize=65_536)
def _metres(a_lat_deg: float, a_lon_deg: float, b_lat_deg: float, b_lon_deg: float) -> int:
    """Remember a city's distances: checking, costing and explaining a plan ask for the same ones again and again."""
    a_lat, b_lat = math.radians(a_lat_deg), math.radians(b_lat_deg)
    half_lat, half_lon = (b_lat - a_lat) / 2, math.radians(b_lon_deg - a_lon_deg) / 2
    h = math.sin(half_lat) ** 2 + math.cos(a_lat) * math.cos(b_lat) * math.sin(half_lon) ** 2
    return round(2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(h, 1.0))))


def metres_matrix(origins: Sequence[Place], targets: Sequence[Place]) -> NDArray[np.int64]:
    """Haversine distances from every origin to every target, equal to ``metres_between`` in each cell.

    Parameters
    ----------
    origins, targets
        Places with latitude and longitude in degrees.

    Returns
    -------
    NDArray[np.int64]
        Whole metres, shape (origins, targets).
    """
    if not origins or not targets:
        return np.zeros((len(origins), len(targets)), dtype=np.int64)
    o_lat = np.radians(np.array([p.lat for p in origins]))[:, None]
    t_lat = np.radians(np.array([p.lat for p in targets]))[None, :]
    half_lon = np.radians(np.subtract.outer([p.lon for p in origins], [p.lon for p in targets])) / 2
    h = np.sin((t_lat - o_lat) / 2) ** 2 + np.cos(o_lat) * np.cos(t_lat) * np.sin(half_lon) ** 2
    exact = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(h, 0.0, 1.0)))
    metres: NDArray[np.int64] = np.rint(exact).astype(np.int64)
    for i, j in np.argwhere(np.abs(exact - np.floor(exact) - 0.5) < _ROUNDING_DOUBT_M):
        metres[i, j] = metres_between(origins[i], targets[j])
    return metres


def locality_tier(cooperative: Address, kitchen: Address) -> Tier:
    """Say how near the cooperative is to the kitchen: same kelurahan, same kecamatan, or elsewhere in the city."""
    if cooperative.kelurahan == kitchen.kelurahan:
        return Tier.KELURAHAN
    if cooperative.kecamatan == kitchen.kecamatan:
        return Tier.KECAMATAN
    return Tier.CITY
