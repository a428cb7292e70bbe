"""Who is asked first if a cooperative declines: somebody who really could bring the goods, the best of them."""

import uuid
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pytest

from service.domain.items import ColdChain, Item
from service.domain.offers import Offer
from service.domain.organisations import Cooperative, Kitchen, Organisation, OrganisationKind
from service.domain.standbys import StandbyMarket, StandbyNeed
from service.domain.stocks import Stock
from tests.factories.items import new_item
from tests.factories.organisations import new_cooperative, new_kitchen, new_organisation
from tests.factories.plans import PACK_QTY, WEEK, new_offer, new_stock

LIMIT_IDR = 16_000
DEGREE_M = 111_195


@dataclass
class Market:
    """A kitchen, the cooperative that has the order, and others at 1, 2, 3 km."""

    kitchen: tuple[Organisation, Kitchen]
    cooperatives: list[tuple[Organisation, Cooperative]]
    item: Item = field(default_factory=new_item)
    offers: list[Offer] = field(default_factory=list)
    stocks: list[Stock] = field(default_factory=list)
    taken: dict[uuid.UUID, int] = field(default_factory=dict)
    idle: set[uuid.UUID] = field(default_factory=set)
    without_papers: set[uuid.UUID] = field(default_factory=set)
    first_day: date = WEEK
    there: set[int] = field(default_factory=lambda: {0})

    def id_of(self, index: int) -> uuid.UUID:
        return self.cooperatives[index][0].id

    def offer(self, index: int, **changes: Any) -> Offer:
        self.offers.append(new_offer(self.cooperatives[index][0], price_idr=15_000, **changes))
        return self.offers[-1]

    def standby(self, **changes: Any) -> int | None:
        """Return the position of the standby for 40 kg of the first cooperative."""
        kitchen_id = self.kitchen[0].id
        need = StandbyNeed(kitchen_id, self.id_of(0), None, self.item.code, WEEK, 40_000, LIMIT_IDR)
        market = StandbyMarket(
            cooperatives={organisation.id: (organisation, details) for organisation, details in self.cooperatives},
            kitchens={kitchen_id: self.kitchen},
            items={self.item.code: self.item},
            offers=self.offers,
            stocks=self.stocks,
            first_days={stock.id: self.first_day for stock in self.stocks},
            taken=self.taken,
            may_supply=lambda key, _item, _day: key not in self.without_papers,
            may_deliver=lambda key, _day: key not in self.idle,
            delivering={(kitchen_id, WEEK): {self.id_of(index) for index in self.there}},
        )
        chosen = market.standby_for(replace(need, **changes))
        return next((index for index in range(4) if self.id_of(index) == chosen), None)


@pytest.fixture
def market() -> Market:
    kitchen = new_organisation(OrganisationKind.KITCHEN, latitude=-6.6, longitude=106.8)
    cooperatives = []
    for number in range(4):
        place = {"latitude": -6.6 + number * 1000 / DEGREE_M, "longitude": 106.8, "code": f"C{number}"}
        organisation = new_organisation(OrganisationKind.COOPERATIVE, **place)
        cooperatives.append((organisation, new_cooperative(organisation)))
    return Market((kitchen, new_kitchen(kitchen)), cooperatives)


def test_without_other_goods_nobody_stands_by(market):
    market.offer(0)

    assert market.standby() is None


def test_the_nearest_with_goods_left_stands_by(market):
    market.offer(3)
    market.offer(2)

    assert market.standby() == 2


def test_who_delivers_there_that_day_anyway_goes_before_the_nearest(market):
    market.offer(1)
    market.offer(3)
    market.there = {0, 3}

    assert market.standby() == 3


def test_a_kitchen_that_can_take_no_more_deliveries_gets_one_who_comes_anyway(market):
    market.kitchen[1].max_drops_per_day = 2
    market.offer(1)
    market.there = {0, 3}
    assert market.standby() is None

    market.offer(3)
    assert market.standby() == 3


@pytest.mark.parametrize(
    "changes",
    [
        {"offered_qty": 39_999},
        {"promised_qty": 60_001},
        {"to_date": WEEK - timedelta(days=1), "from_date": WEEK - timedelta(days=3)},
        {"from_date": WEEK + timedelta(days=1)},
        {"min_qty": 40_001},
    ],
)
def test_an_offer_with_too_little_or_for_other_days_does_not_count(market, changes):
    market.offer(1, **changes)

    assert market.standby() is None


def test_packs_that_come_too_late_do_not_count(market):
    market.stocks.append(new_stock(new_organisation(OrganisationKind.WHOLESALER), market.item.code))
    assert market.standby() is not None

    market.first_day = WEEK + timedelta(days=1)
    assert market.standby() is None


def test_an_offer_above_the_limit_does_not_count(market):
    market.offer(1)

    assert market.standby(max_price_idr=14_999) is None
    assert market.standby(max_price_idr=15_000) == 1


def test_what_the_plan_itself_takes_is_not_left(market):
    offer = market.offer(1)
    market.taken[offer.id] = 60_000
    assert market.standby() == 1

    market.taken[offer.id] = 60_001
    assert market.standby() is None


def test_who_does_not_work_has_no_papers_or_is_too_far_does_not_stand_by(market):
    for index in (1, 2, 3):
        market.offer(index)
    market.idle.add(market.id_of(1))
    market.without_papers.add(market.id_of(2))
    assert market.standby() == 3

    market.cooperatives[3][1].radius_m = 2999
    assert market.standby() is None


def test_who_cannot_carry_it_or_keep_it_cold_does_not_stand_by(market):
    market.offer(1)
    market.offer(2)
    market.cooperatives[1][1].cold_g_per_day = 39_999
    assert market.standby() == 1

    market.item.cold_chain = ColdChain.CHILLED
    assert market.standby() == 2
    market.cooperatives[2][1].handling_g_per_day = 39_999
    assert market.standby() is None


def stock(market: Market, **changes: Any) -> Stock:
    """Add a stock whose goods cost the kitchen Rp 12,600 a kilogram with 5 % mark-up."""
    market.stocks.append(new_stock(new_organisation(OrganisationKind.WHOLESALER), **changes))
    return market.stocks[-1]


def test_without_own_goods_the_nearest_who_can_buy_stands_by(market):
    stock(market)

    assert market.standby() == 1
    assert market.standby(max_price_idr=12_599) is None


def test_own_goods_go_before_bought_ones(market):
    stock(market)
    market.offer(3)

    assert market.standby() == 3


def test_a_mark_up_can_be_too_high_for_the_limit(market):
    stock(market)
    market.cooperatives[1][1].markup_bp = 5000

    assert market.standby() == 2


def test_a_stock_needs_enough_packs_left_unless_the_line_itself_frees_them(market):
    packs = stock(market, packs=2, promised_packs=1)
    assert market.standby() is None

    assert market.standby(stock_id=packs.id) == 1
    assert packs.pack_qty == PACK_QTY


def test_the_cheapest_stock_of_the_day_is_bought(market):
    stock(market, price_idr=200_000, to_date=WEEK - timedelta(days=1), from_date=date(2026, 11, 1))
    stock(market, price_idr=450_000)
    assert market.standby() is None

    stock(market)
    assert market.standby() == 1
