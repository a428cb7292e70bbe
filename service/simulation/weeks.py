"""What the weeks of a month are about: the demo's city, and for each week other needs, goods and prices."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from service.demo.calendars import WEEK_START
from service.demo.facts import Facts
from service.demo.forecasts import make_forecasts, needed_qty
from service.demo.kitchens import MENU_CYCLES
from service.demo.moving import moved
from service.demo.needs import make_menu_book
from service.demo.offers import DemoOffer, make_offers
from service.demo.stocks import make_stocks
from service.demo.supplies import make_market
from service.demo.week import DemoWeek

SEEDS_APART: Final = 1_000
"""Between the seeds of two months, so that their weeks have nothing in common."""


def members_of_month(week: DemoWeek) -> DemoWeek:
    """Return the demo's week without the cooperatives that do not operate: nothing would ever happen with them."""
    return replace(week, cooperatives=tuple(one for one in week.cooperatives if one.is_operating))


def week_of_month(facts: Facts, first: DemoWeek, number: int) -> DemoWeek:
    """Return a week of the month: the members of the first, the menu's other cycle, drawn anew.

    Parameters
    ----------
    first
        The city with its first week.
    number
        0 for the first week.
    """
    if number == 0:
        return first
    seed = first.seed * SEEDS_APART + number
    kitchens = tuple(replace(one, menu_cycle=(one.menu_cycle + number) % MENU_CYCLES) for one in first.kitchens)
    drawn = make_forecasts(facts, make_menu_book(facts), kitchens, seed=seed)
    # Who copies last week's forecast copies the one that it really sent.
    forecasts = tuple(one for one in drawn if one.week_start == WEEK_START)
    # What nobody needs this week is on sale all the same, as much as in the first week.
    market = make_market(facts, {**needed_qty(first.forecasts), **needed_qty(forecasts)}, seed=seed)
    offers = make_offers(facts, market, first.cooperatives, seed=seed)
    week = replace(
        first,
        kitchens=kitchens,
        forecasts=forecasts,
        offers=tuple(_with_own_lots(offer, number) for offer in offers),
        stocks=make_stocks(facts, market, first.wholesalers, seed=seed),
        day_capacities=(),
        past_orders=(),
    )
    return moved(week, WEEK_START + timedelta(weeks=number))


def _with_own_lots(offer: DemoOffer, number: int) -> DemoOffer:
    """Name lots after their week, since a lot stands in one open offer only."""
    return replace(offer, lots=tuple(replace(lot, lot_code=f"{lot.lot_code}-{number}") for lot in offer.lots))
