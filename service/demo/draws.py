"""Seeded draws that the demo's parts share: one stream per part, points near a place, shares of a whole."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

KM_PER_DEGREE_LATITUDE = 111.2
KM_PER_DEGREE_LONGITUDE = 110.4
"""At the latitude of Bogor."""


@dataclass(frozen=True, slots=True)
class Point:
    """Degrees, WGS84."""

    latitude: float
    longitude: float


def stream(seed: int, part: str) -> random.Random:
    """Return the random numbers of one part, so that changing one part leaves the others as they are."""
    return random.Random(f"pasok-demo/{seed}/{part}")  # noqa: S311 - repeatable on purpose


def point_near(draw: random.Random, *, latitude: float, longitude: float, spread_km: float) -> Point:
    """Return a point about ``spread_km`` from a place."""
    return Point(
        round(latitude + draw.gauss(0, spread_km) / KM_PER_DEGREE_LATITUDE, 6),
        round(longitude + draw.gauss(0, spread_km) / KM_PER_DEGREE_LONGITUDE, 6),
    )


def apportion(total: int, weights: Sequence[float]) -> list[int]:
    """Return whole parts of ``total`` in proportion to the weights, by largest remainder; ties go to the first."""
    norm = sum(weights)
    exact = [total * weight / norm for weight in weights]
    parts = [int(share) for share in exact]
    order = sorted(range(len(weights)), key=lambda n: (parts[n] - exact[n], n))
    for n in order[: total - sum(parts)]:
        parts[n] += 1
    return parts


def steps_of(qty: float, step_qty: int) -> int:
    """Return the nearest whole number of steps in base units, at least one."""
    return max(1, round(qty / step_qty)) * step_qty
