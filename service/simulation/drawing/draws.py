"""One problem being drawn: its places, its random numbers, its days."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from typing import Any, Final

from service.demo.facts import read_facts

SCENARIOS: Final = ("normal", "short", "few", "cash", "oneday")
"""Supply about 1.3 x need; 0.75 x; 8 cooperatives; capital binds; every line on one day, supply scarce."""

DAYS: Final = ("2026-11-30", "2026-12-01", "2026-12-02", "2026-12-03", "2026-12-04")
T: Final = len(DAYS)
WHOLESALERS: Final = 24

Row = dict[str, Any]


@dataclass
class Place:
    """A kelurahan or desa; ``weight`` is how many kitchens stand there beside the others."""

    code: str
    latitude: float
    longitude: float
    weight: float

    @property
    def kecamatan(self) -> str:
        """The code of its kecamatan."""
        return self.code[:8]


@dataclass
class Drawing:
    """One problem being drawn; every draw comes from ``r``, so their order is the problem."""

    kitchens: int
    scenario: str
    r: random.Random
    places: list[Place]
    wholesalers: int = WHOLESALERS
    reach: float = 1.0
    """How much farther than in the city a cooperative goes."""
    need: dict[str, int] = field(default_factory=dict)

    @property
    def is_one_day(self) -> bool:
        """Whether everything falls on the first day."""
        return self.scenario == "oneday"

    @property
    def supply_factor(self) -> float:
        """What cooperatives, and what wholesalers at most, have of the need."""
        return 0.45 if self.scenario == "short" else 0.75

    def day(self, number: int) -> int:
        """Return the day, or the first if everything falls on it."""
        return 0 if self.is_one_day else number

    def drawn_day(self, days: int) -> int:
        """Draw a day, unless everything falls on the first."""
        return 0 if self.is_one_day else self.r.randrange(days)

    def spot(self, place: Place, km: float) -> Row:
        """Draw a point near a place."""
        latitude = round(place.latitude + self.r.gauss(0, km) / 111.2, 6)
        return {"lat": latitude, "lon": round(place.longitude + self.r.gauss(0, km) / 110.4, 6)}

    def home(self, place: Place, km: float) -> Row:
        """Return the codes of a place and a point near it."""
        return {"kelurahan": place.code, "kecamatan": place.kecamatan, **self.spot(place, km)}


def stepped(qty: float, step: int) -> int:
    """Round up to the step, at least one."""
    return max(step, math.ceil(qty / step) * step)


def read_places() -> list[Place]:
    """Return the kelurahan; kitchens stand by kecamatan as the city counts them, within it by population."""
    facts = read_facts()
    counts = {each.code: each.kitchens for each in facts.kecamatan}
    totals: dict[str, int] = {}
    for each in facts.kelurahan:
        totals[each.kecamatan_code] = totals.get(each.kecamatan_code, 0) + each.population
    return [
        Place(
            each.code,
            each.latitude,
            each.longitude,
            counts[each.kecamatan_code] * each.population / totals[each.kecamatan_code],
        )
        for each in facts.kelurahan
    ]
