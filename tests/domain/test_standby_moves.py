"""A standby brings goods only while its papers, its capital and the time allow it."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.declines import Blocked
from service.domain.organisations import DocumentKind, OrganisationKind, OrganisationStatus
from service.domain.standby_moves import Market, Standby, qty_to_move, source_for
from service.domain.standbys import StandbyNeed
from service.domain.units import BP
from tests.factories.items import new_item
from tests.factories.organisations import new_cooperative, new_document, new_organisation
from tests.factories.plans import PACK_PRICE_IDR, WEEK, new_offer, new_stock

LEAST = 10**9
QTY = 40_000
PACKS_IDR = 2 * PACK_PRICE_IDR
"""The packs for so much."""


def standby_of(organisation, **changes):
    papers, details = (new_document(organisation),), new_cooperative(organisation)
    return replace(Standby(organisation, details, frozenset(), papers, LEAST, LEAST, LEAST, False), **changes)


def market_of(*, offers=(), stocks=(), seller=None):
    return Market(
        offers,
        stocks,
        blocked=dict.fromkeys(Blocked, frozenset()),
        first_days=dict.fromkeys([one.id for one in stocks], WEEK),
        held_qty={},
        sellers={seller.id: seller} if seller else {},
        documents={seller.id: [new_document(seller)]} if seller else {},
    )


def need_of(item, price_idr):
    return StandbyNeed(uuid.uuid4(), uuid.uuid4(), None, item.code, WEEK, QTY, price_idr)


@pytest.mark.parametrize("papers", [("nib", "halal"), ("nib",), ()])
def test_goods_of_its_own_need_papers(papers):
    organisation = new_organisation(OrganisationKind.COOPERATIVE)
    item = new_item(required_documents=["halal"])
    offer = new_offer(organisation, item.code)
    documents = tuple(new_document(organisation, DocumentKind(kind)) for kind in papers)
    standby = standby_of(organisation, documents=documents)
    source = source_for(standby, need_of(item, offer.price_idr), item, market_of(offers=[offer]))
    assert (source and source.offer) == (offer if len(papers) == 2 else None)


def test_goods_of_its_own_are_asked_for_their_minimum_and_its_cash():
    organisation, item = new_organisation(OrganisationKind.COOPERATIVE), new_item()
    offer = new_offer(organisation, item.code, price_idr=16_000, cash_bp=2500, min_qty=50_000, promised_qty=10_000)
    need, cash_idr = need_of(item, 16_000), 40 * 16_000 // 4
    exactly = standby_of(organisation, free_idr=cash_idr)

    assert source_for(exactly, need, item, market_of(offers=[offer])).cash_idr == cash_idr
    assert source_for(replace(exactly, free_idr=cash_idr - 1), need, item, market_of(offers=[offer])) is None
    offer.promised_qty -= 1
    assert source_for(exactly, need, item, market_of(offers=[offer])) is None


def test_packs_must_come_in_time_and_be_paid_for():
    organisation, item = new_organisation(OrganisationKind.COOPERATIVE), new_item()
    seller = new_organisation(OrganisationKind.WHOLESALER)
    stock = new_stock(seller, item.code)
    market, need = market_of(stocks=[stock], seller=seller), need_of(item, 10**6)
    exactly = standby_of(organisation, free_idr=PACKS_IDR)

    assert source_for(exactly, need, item, market).cash_idr == PACKS_IDR
    assert source_for(replace(exactly, free_idr=PACKS_IDR - 1), need, item, market) is None
    late = replace(market, first_days={stock.id: WEEK + timedelta(days=1)})
    assert source_for(exactly, need, item, late) is None
    assert source_for(exactly, need, item, replace(market, first_days={})) is None


@pytest.mark.parametrize("lacks", ["own papers", "the seller's papers", "the seller itself"])
def test_packs_need_the_papers_of_who_sells_and_of_who_brings_them(lacks):
    organisation, item = new_organisation(OrganisationKind.COOPERATIVE), new_item()
    seller = new_organisation(OrganisationKind.WHOLESALER)
    stock = new_stock(seller, item.code)
    market, need, standby = market_of(stocks=[stock], seller=seller), need_of(item, 10**6), standby_of(organisation)
    assert source_for(standby, need, item, market).stock == stock
    if lacks == "own papers":
        standby = replace(standby, documents=())
    elif lacks == "the seller's papers":
        market = replace(market, documents={})
    else:
        seller.status = OrganisationStatus.SUSPENDED
    assert source_for(standby, need, item, market) is None


@pytest.mark.parametrize(("days", "is_fresh"), [(0, True), (-1, False)])
def test_goods_of_its_own_are_cooked_before_their_date(days, is_fresh):
    organisation, item = new_organisation(OrganisationKind.COOPERATIVE), new_item()
    offer = new_offer(organisation, item.code)
    market = replace(market_of(offers=[offer]), expiry_dates={offer.id: [None, WEEK + timedelta(days=days)]})
    source = source_for(standby_of(organisation), need_of(item, offer.price_idr), item, market)
    assert (source is not None) is is_fresh


@given(st.integers(1, 200), st.integers(1, 10**9), st.integers(1, 2 * BP), st.sampled_from([1, 100, 1000]))
def test_what_moves_is_needed_up_to_the_next_step(steps, open_bp, covers_bp, step_qty):
    qty = qty_to_move(steps * step_qty, open_bp=open_bp, covers_bp=covers_bp, step_qty=step_qty)
    assert 0 < qty <= steps * step_qty
    assert qty % step_qty == 0
    assert (qty - step_qty) * covers_bp < open_bp
    assert qty == steps * step_qty or qty * covers_bp >= open_bp
