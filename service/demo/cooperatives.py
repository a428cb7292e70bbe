"""The demo's cooperatives: one KKMP per kelurahan, of which some operate, each as large as chance made it."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from service.demo.calendars import TODAY, WEEK_START
from service.demo.documents import DemoDocument, papers, with_expiry
from service.demo.draws import point_near, stream
from service.demo.facts import Facts
from service.demo.facts.items import ItemFact
from service.demo.facts.places import KelurahanFact
from service.domain.items import ColdChain
from service.domain.organisations import DocumentKind
from service.domain.units import PRICED_PER

FIRST_TO_OPERATE = "32.71.05.1001"
"""Bantarjati opened first, on 10 November 2025."""

MONDAY_TO_SATURDAY = 0b0111111

_SPREAD_KM = 0.2
_CHILLED_CHANCE = 0.65
_HANDLING_SHARE = 0.42
"""Of a week's weight on an ordinary day, as a whole city."""
_MONDAY_FACTOR = 1.9
"""For Monday's cooking goods go out all weekend, so that the week's dry goods fit in."""
_COLD_SHARE = 0.6
_CAPITAL_SHARE = 0.85
_CAPITAL_UNIT_IDR = 100_000
_EXPIRED = ((3, DocumentKind.HALAL, TODAY - timedelta(days=6)), (5, DocumentKind.NKV, WEEK_START + timedelta(days=2)))
"""The n-th cooperative that has such a paper finds it out of date, or running out in mid-week."""


@dataclass(frozen=True, slots=True)
class DemoCooperative:
    """A KKMP; its capacity is nothing as long as it does not operate. ``weight_share`` is its part of the city."""

    code: str
    name: str
    kelurahan_code: str
    latitude: float
    longitude: float
    is_operating: bool
    radius_m: int
    capital_idr: int
    markup_bp: int
    handling_g_per_day: int
    cold_g_per_day: int
    service_weekdays: int
    item_codes: tuple[str, ...]
    producers: tuple[str, ...]
    documents: tuple[DemoDocument, ...]
    weight_share: float


@dataclass(frozen=True, slots=True)
class DemoDayCapacity:
    """A cooperative's capacity on one day where it differs from its usual one."""

    cooperative_code: str
    capacity_date: date
    handling_g: int
    cold_g: int


def operating_order(facts: Facts, *, seed: int) -> tuple[str, ...]:
    """Return the kelurahan in the order in which their cooperatives began to operate."""
    codes = [place.code for place in facts.kelurahan if place.code != FIRST_TO_OPERATE]
    stream(seed, "operating").shuffle(codes)
    return (FIRST_TO_OPERATE, *codes)


def _producers(draw: random.Random, place: KelurahanFact) -> tuple[str, ...]:
    kinds = ("Kelompok Tani", "Peternak", "Perajin Tempe", "Kelompok Wanita Tani", "UMKM")
    return tuple(f"{kind} Contoh {place.name} {n}" for n, kind in enumerate(draw.sample(kinds, draw.randint(2, 5)), 1))


def _assortment(draw: random.Random, items: list[ItemFact], *, has_cold_room: bool) -> tuple[str, ...]:
    chosen = draw.sample(items, draw.randint(8, 14))
    return tuple(item.code for item in chosen if has_cold_room or item.cold_chain is ColdChain.NONE)


def _registered(place: KelurahanFact, draw: random.Random) -> DemoCooperative:
    """Return a cooperative on paper: a founding deed, no goods, no room, no cash."""
    spot = point_near(draw, latitude=place.latitude, longitude=place.longitude, spread_km=_SPREAD_KM)
    code = f"C-{place.code}"
    return DemoCooperative(
        code=code,
        name=f"KKMP {place.name}",
        kelurahan_code=place.code,
        latitude=spot.latitude,
        longitude=spot.longitude,
        is_operating=False,
        radius_m=draw.choice((5000, 7000, 9000)),
        capital_idr=0,
        markup_bp=draw.choice((300, 400, 500, 600)),
        handling_g_per_day=0,
        cold_g_per_day=0,
        service_weekdays=MONDAY_TO_SATURDAY,
        item_codes=(),
        producers=_producers(draw, place),
        documents=papers(draw, code, (DocumentKind.NPWP,)),
        weight_share=0,
    )


def _operating(
    cooperative: DemoCooperative,
    items: list[ItemFact],
    draw: random.Random,
    *,
    share: float,
    weight_g: int,
    value_idr: int,
) -> DemoCooperative:
    has_cold_room = draw.random() < _CHILLED_CHANCE
    handling = round(weight_g * share * _HANDLING_SHARE)
    codes = _assortment(draw, items, has_cold_room=has_cold_room)
    needed = {kind for item in items if item.code in codes for kind in item.required_documents}
    if has_cold_room:
        needed |= {DocumentKind.HALAL, DocumentKind.NKV}
    needed |= {DocumentKind.NIB, DocumentKind.NPWP, DocumentKind.BPOM_MD, DocumentKind.SNI}
    return replace(
        cooperative,
        is_operating=True,
        capital_idr=int(value_idr * share * _CAPITAL_SHARE) // _CAPITAL_UNIT_IDR * _CAPITAL_UNIT_IDR,
        handling_g_per_day=handling,
        cold_g_per_day=round(handling * _COLD_SHARE) if has_cold_room else 0,
        item_codes=codes,
        documents=papers(draw, cooperative.code, needed),
        weight_share=share,
    )


def _with_expired_papers(cooperatives: list[DemoCooperative]) -> list[DemoCooperative]:
    changed = list(cooperatives)
    for place, kind, valid_to in _EXPIRED:
        holders = [n for n, each in enumerate(changed) if any(paper.kind is kind for paper in each.documents)]
        if len(holders) > place:
            n = holders[place]
            changed[n] = replace(changed[n], documents=with_expiry(changed[n].documents, kind, valid_to))
    return changed


def make_cooperatives(
    facts: Facts, need: Mapping[str, int], *, seed: int, operating: int
) -> tuple[DemoCooperative, ...]:
    """Return all cooperatives by code; ``operating`` of them have goods, room and cash, together enough for the city.

    Parameters
    ----------
    need
        What all kitchens need of each item in the week, base units.
    """
    active = set(operating_order(facts, seed=seed)[:operating])
    items = [item for item in facts.items if item.code in need]
    known = facts.items_by_code()
    weight_g = sum(qty * known[code].grams_per_unit for code, qty in need.items())
    value_idr = sum(_reference_value_idr(known[code], qty) for code, qty in need.items())
    sizes = {place.code: stream(seed, f"size/{place.code}").uniform(0.3, 1.8) for place in facts.kelurahan}
    # In the order of the codes: a sum over a set would differ in its last bit from one process to the next.
    norm = sum(size for code, size in sizes.items() if code in active)
    cooperatives = []
    for place in facts.kelurahan:
        draw = stream(seed, f"cooperative/{place.code}")
        cooperative = _registered(place, draw)
        if place.code in active:
            share = sizes[place.code] / norm
            cooperative = _operating(cooperative, items, draw, share=share, weight_g=weight_g, value_idr=value_idr)
        cooperatives.append(cooperative)
    return tuple(_with_expired_papers(cooperatives))


def _reference_value_idr(item: ItemFact, qty: int) -> int:
    """Return what a quantity costs at the middle of the item's price range."""
    return (item.price_low_idr + item.price_high_idr) * qty // (2 * PRICED_PER[item.unit])


def make_day_capacities(cooperatives: tuple[DemoCooperative, ...]) -> tuple[DemoDayCapacity, ...]:
    """Return what the operating cooperatives can carry for Monday, when the weekend adds to the day."""
    return tuple(
        DemoDayCapacity(
            each.code,
            WEEK_START,
            round(each.handling_g_per_day * _MONDAY_FACTOR),
            round(each.cold_g_per_day * 1.2),
        )
        for each in cooperatives
        if each.is_operating
    )
