"""Which regions a run is about, and how many of the nation's kitchens each has."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

from service.demo.draws import apportion
from service.demo.facts.regions import KabkotaFact, read_regions

KITCHENS: Final = 30_000
"""Of the whole country; they spread by population."""


@dataclass(frozen=True, slots=True)
class NationRegion:
    """A region with its kitchens."""

    fact: KabkotaFact
    kitchens: int


def nation() -> tuple[NationRegion, ...]:
    """Return all regions by code, each with its part of the kitchens and at least one."""
    facts = read_regions()
    parts = apportion(KITCHENS, [fact.population for fact in facts])
    return tuple(NationRegion(fact, max(1, part)) for fact, part in zip(facts, parts, strict=True))


def sample(count: int | None, seed: int) -> tuple[NationRegion, ...]:
    """Return so many regions, the largest and the smallest alike, by code; all of them for ``None``.

    They are taken at even distances from the list by size, beginning where the seed says: what the sample takes, times
    what it leaves out, is what the nation takes.
    """
    everyone = nation()
    if count is None or count >= len(everyone):
        return everyone
    by_size = sorted(everyone, key=lambda region: (region.kitchens, region.fact.code))
    begin = random.Random(f"pasok-nation/{seed}/sample").random()  # noqa: S311 - repeatable on purpose
    chosen = (by_size[int((number + begin) * len(by_size) / count)] for number in range(count))
    return tuple(sorted(chosen, key=lambda region: region.fact.code))
