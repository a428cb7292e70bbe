"""The demo week as plain values: who there is, who needs and has what, what happened before. No database, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from service.demo.calendars import WEEK_START
from service.demo.cooperatives import DemoCooperative, DemoDayCapacity, make_cooperatives, make_day_capacities
from service.demo.facts import Facts
from service.demo.forecasts import DemoForecast, make_forecasts, needed_qty
from service.demo.kitchens import DemoKitchen, make_kitchens
from service.demo.needs import make_menu_book
from service.demo.offers import DemoOffer, make_offers
from service.demo.past_orders import DemoPastOrder, make_past_orders
from service.demo.people import DemoOffice, DemoUser, make_offices, make_users
from service.demo.stocks import DemoStock, make_stocks
from service.demo.supplies import make_market
from service.demo.wholesalers import DemoWholesaler, make_wholesalers

DEFAULT_SEED = 1
DEFAULT_KITCHENS = 144
DEFAULT_OPERATING = 40


@dataclass(frozen=True, slots=True)
class DemoWeek:
    """Everything that is loaded, keyed by the codes of places, items and organisations."""

    seed: int
    week_start: date
    offices: tuple[DemoOffice, ...]
    kitchens: tuple[DemoKitchen, ...]
    cooperatives: tuple[DemoCooperative, ...]
    day_capacities: tuple[DemoDayCapacity, ...]
    wholesalers: tuple[DemoWholesaler, ...]
    users: tuple[DemoUser, ...]
    forecasts: tuple[DemoForecast, ...]
    offers: tuple[DemoOffer, ...]
    stocks: tuple[DemoStock, ...]
    past_orders: tuple[DemoPastOrder, ...]
    scarce_item_codes: tuple[str, ...]


def make_demo_week(
    facts: Facts,
    *,
    seed: int = DEFAULT_SEED,
    kitchens: int = DEFAULT_KITCHENS,
    operating_cooperatives: int = DEFAULT_OPERATING,
) -> DemoWeek:
    """Return the demo week; the same arguments give the same week.

    Raises
    ------
    ValueError
        If there is no kitchen, or not between one and all cooperatives operate.
    """
    if kitchens < 1 or not 1 <= operating_cooperatives <= len(facts.kelurahan):
        raise ValueError(f"at least 1 kitchen and 1 to {len(facts.kelurahan)} operating cooperatives, please")
    book = make_menu_book(facts)
    eaters = make_kitchens(facts, seed=seed, total=kitchens)
    forecasts = make_forecasts(facts, book, eaters, seed=seed)
    need = needed_qty(forecasts)
    market = make_market(facts, need, seed=seed)
    cooperatives = make_cooperatives(facts, need, seed=seed, operating=operating_cooperatives)
    wholesalers = make_wholesalers(facts, need, seed=seed)
    return DemoWeek(
        seed=seed,
        week_start=WEEK_START,
        offices=make_offices(facts),
        kitchens=eaters,
        cooperatives=cooperatives,
        day_capacities=make_day_capacities(cooperatives),
        wholesalers=wholesalers,
        users=make_users(eaters, cooperatives, wholesalers),
        forecasts=forecasts,
        offers=make_offers(facts, market, cooperatives, seed=seed),
        stocks=make_stocks(facts, market, wholesalers, seed=seed),
        past_orders=make_past_orders(facts, book, market, eaters, cooperatives, seed=seed),
        scarce_item_codes=tuple(sorted(market.scarce)),
    )
