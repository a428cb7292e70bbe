"""The demo's wholesalers: the two state companies, and twenty-two invented houses of four trades."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from service.demo.calendars import TODAY
from service.demo.documents import DemoDocument, papers, with_expiry
from service.demo.draws import point_near, stream
from service.demo.facts import Facts
from service.demo.facts.items import ItemFact
from service.domain.items import ItemCategory
from service.domain.organisations import EVERY_DAY, MONDAY_TO_FRIDAY, DocumentKind

_SPREAD_KM = 3.0
_STATE = (
    ("Perum Bulog (data contoh)", ("RICE-P", "RICE-M", "SUGAR", "FLOUR", "OIL")),
    ("ID FOOD (data contoh)", ("SUGAR", "OIL", "RICE-P", "FLOUR")),
)
_TRADES = (
    ("Grosir Sembako Contoh", ItemCategory.SEMBAKO, ("UHT", "EGG"), 5),
    ("Pemasok Protein Contoh", ItemCategory.PROTEIN, (), 6),
    ("Pedagang Pasar Induk Contoh", ItemCategory.FRESH, (), 8),
    ("Toko Perlengkapan Contoh", ItemCategory.SUPPLY, ("OIL",), 3),
)
_STATE_WEEKDAYS = MONDAY_TO_FRIDAY
_STATE_LEAD_DAYS = 1
_LEAD_DAYS = (1, 1, 2, 3)
_NAMES = ("Makmur", "Sentosa", "Jaya", "Abadi", "Berkah", "Rejeki", "Sumber", "Lestari")
_ASSORTMENT_SHARE = (0.55, 0.95)
_EXPIRED_TRADE = "Pemasok Protein Contoh Rejeki"


@dataclass(frozen=True, slots=True)
class DemoWholesaler:
    """A house that sells whole packs to cooperatives; goods come ``lead_days`` after the order."""

    code: str
    name: str
    latitude: float
    longitude: float
    min_order_idr: int
    lead_days: int
    service_weekdays: int
    item_codes: tuple[str, ...]
    documents: tuple[DemoDocument, ...]


def _houses(facts: Facts, need: Mapping[str, int], draw: random.Random) -> list[tuple[str, tuple[str, ...]]]:
    traded = [item for item in facts.items if item.code in need or item.code == "RICE-M"]
    known = {item.code for item in traded}
    houses = [(name, tuple(code for code in codes if code in known)) for name, codes in _STATE]
    for trade, category, extra, number in _TRADES:
        mine = [item.code for item in traded if item.category is category or item.code in extra]
        for name in _NAMES[:number]:
            count = max(1, round(len(mine) * draw.uniform(*_ASSORTMENT_SHARE)))
            houses.append((f"{trade} {name}", tuple(sorted(draw.sample(mine, count), key=mine.index))))
    return houses


def _papers_for(items: list[ItemFact], code: str, draw: random.Random) -> tuple[DemoDocument, ...]:
    kinds = {DocumentKind.NIB, DocumentKind.NPWP} | {kind for item in items for kind in item.required_documents}
    return papers(draw, code, kinds)


def make_wholesalers(facts: Facts, need: Mapping[str, int], *, seed: int) -> tuple[DemoWholesaler, ...]:
    """Return the wholesalers by code; one protein house has let its NKV run out."""
    draw = stream(seed, "wholesalers")
    known = facts.items_by_code()
    wholesalers = []
    for number, (name, item_codes) in enumerate(_houses(facts, need, draw), 1):
        code = f"W{number:02d}"
        weekdays = _STATE_WEEKDAYS if number <= len(_STATE) else EVERY_DAY
        lead_days = _STATE_LEAD_DAYS if number <= len(_STATE) else draw.choice(_LEAD_DAYS)
        place = draw.choice(facts.kelurahan)
        spot = point_near(draw, latitude=place.latitude, longitude=place.longitude, spread_km=_SPREAD_KM)
        house = DemoWholesaler(
            code=code,
            name=name,
            latitude=spot.latitude,
            longitude=spot.longitude,
            min_order_idr=draw.choice((1, 2, 3, 5)) * 1_000_000,
            lead_days=lead_days,
            service_weekdays=weekdays,
            item_codes=item_codes,
            documents=_papers_for([known[item] for item in item_codes], code, draw),
        )
        if name == _EXPIRED_TRADE:
            expired = with_expiry(house.documents, DocumentKind.NKV, TODAY - timedelta(days=9))
            house = replace(house, documents=expired)
        wholesalers.append(house)
    return tuple(wholesalers)
