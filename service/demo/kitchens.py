"""The demo's kitchens: as many per kecamatan as the city's count says, portions by the ages of the neighbourhood."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from service.demo.documents import DemoDocument, papers
from service.demo.draws import apportion, point_near, stream
from service.demo.facts import Facts
from service.demo.facts.beneficiaries import Portion
from service.demo.facts.places import KelurahanFact
from service.domain.organisations import DocumentKind

MENU_CYCLES = 2
"""The ten menu days are two weeks; a kitchen cooks them in turn."""

_FOUNDATIONS = ("Melati", "Kenanga", "Cempaka", "Anggrek", "Flamboyan", "Teratai", "Dahlia", "Seruni", "Bougenvil")
_SPREAD_KM = 0.35
_LEAST_PORTIONS = 1200
_CERTIFIED_COOK_CHANCE = 0.4
_JITTER = 0.25


@dataclass(frozen=True, slots=True)
class DemoKitchen:
    """A kitchen; ``portions`` per cooking day by beneficiary group, ``menu_turn`` shifts the days of the menu cycle."""

    code: str
    name: str
    foundation_name: str
    kelurahan_code: str
    latitude: float
    longitude: float
    portions: Mapping[str, int]
    portions_small: int
    portions_large: int
    has_certified_cook: bool
    max_drops_per_day: int
    min_suppliers: int
    max_share_bp: int
    service_weekdays: int
    receiving_from_minute: int
    receiving_to_minute: int
    menu_cycle: int
    menu_turn: int
    documents: tuple[DemoDocument, ...]


def kitchens_per_kelurahan(facts: Facts, total: int) -> dict[str, int]:
    """Return how many kitchens stand in each kelurahan: kecamatan by the city's count, within it by population."""
    per_kecamatan = apportion(total, [place.kitchens for place in facts.kecamatan])
    counts: dict[str, int] = {}
    for kecamatan, number in zip(facts.kecamatan, per_kecamatan, strict=True):
        villages = [place for place in facts.kelurahan if place.kecamatan_code == kecamatan.code]
        parts = apportion(number, [place.population for place in villages])
        counts |= {place.code: part for place, part in zip(villages, parts, strict=True)}
    return counts


def _group_weights(facts: Facts, place: KelurahanFact, draw: random.Random) -> list[float]:
    residents = {group.kelurahan_code: group.residents for group in facts.age_groups}
    population = sum(village.population for village in facts.kelurahan)
    weights = []
    for group in facts.beneficiary_groups:
        if group.age_column is None:
            share = place.population / population
        else:
            city = sum(ages[group.age_column] for ages in residents.values())
            share = residents[place.code][group.age_column] / city
        weights.append(group.recipients * share * draw.uniform(1 - _JITTER, 1 + _JITTER))
    return weights


def _kitchen(facts: Facts, place: KelurahanFact, code: str, name: str, draw: random.Random) -> DemoKitchen:
    defaults = facts.defaults.kitchen
    certified = draw.random() < _CERTIFIED_COOK_CHANCE
    most = defaults.max_portions_certified if certified else defaults.max_portions
    total = round(draw.triangular(_LEAST_PORTIONS, most, 0.9 * most))
    groups = facts.beneficiary_groups
    parts = apportion(total, _group_weights(facts, place, draw))
    small = sum(part for group, part in zip(groups, parts, strict=True) if group.portion is Portion.SMALL)
    spot = point_near(draw, latitude=place.latitude, longitude=place.longitude, spread_km=_SPREAD_KM)
    starts = defaults.receiving_from_minute + 60 * draw.choice((0, 0, 0, 1))
    return DemoKitchen(
        code=code,
        name=name,
        foundation_name=f"Yayasan Contoh {draw.choice(_FOUNDATIONS)}",
        kelurahan_code=place.code,
        latitude=spot.latitude,
        longitude=spot.longitude,
        portions={group.code: part for group, part in zip(groups, parts, strict=True)},
        portions_small=small,
        portions_large=total - small,
        has_certified_cook=certified,
        max_drops_per_day=draw.choice((4, 5, 6)),
        min_suppliers=defaults.min_suppliers,
        max_share_bp=defaults.max_share_bp,
        service_weekdays=defaults.service_weekdays,
        receiving_from_minute=starts,
        receiving_to_minute=defaults.receiving_to_minute,
        menu_cycle=draw.randrange(MENU_CYCLES),
        menu_turn=draw.randrange(len(facts.menu_days) // MENU_CYCLES),
        documents=papers(draw, code, (DocumentKind.SLHS, DocumentKind.HALAL)),
    )


def make_kitchens(facts: Facts, *, seed: int, total: int) -> tuple[DemoKitchen, ...]:
    """Return the kitchens in the order of their codes."""
    draw = stream(seed, "kitchens")
    counts = kitchens_per_kelurahan(facts, total)
    kitchens: list[DemoKitchen] = []
    for place in facts.kelurahan:
        for number in range(1, counts[place.code] + 1):
            name = f"SPPG {place.name} {number}" if counts[place.code] > 1 else f"SPPG {place.name}"
            kitchens.append(_kitchen(facts, place, f"K{len(kitchens) + 1:04d}", name, draw))
    return tuple(kitchens)
