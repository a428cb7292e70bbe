"""What is tied up and what is free make up the capital, unless more is tied up than there is."""

import uuid

from hypothesis import given
from hypothesis import strategies as st

from service.domain.exposures import Exposure, KitchenExposure, own_goods_idr
from service.domain.units import Unit, value_idr
from tests.factories.orders import new_order, new_order_line

MONEY = st.integers(0, 10**12)


@given(MONEY, MONEY, MONEY, MONEY, MONEY)
def test_free_and_tied_up_are_the_capital_and_never_below_nothing(capital, owed, under_way, packs, own_goods):
    exposure = Exposure(capital, owed, under_way, packs, own_goods)
    assert exposure.free_idr + exposure.exposed_idr == max(capital, exposure.exposed_idr)
    assert exposure.free_idr >= 0


@given(MONEY, MONEY, MONEY)
def test_what_a_kitchen_is_owed_back_lowers_what_it_has_to_pay_to_nothing_at_most(owed, ordered, refundable):
    exposure = KitchenExposure(owed_idr=owed, ordered_idr=ordered, refundable_idr=refundable)
    assert exposure.exposed_idr == max(0, owed + ordered - refundable)


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(1, 10**6), st.sampled_from([None, 0, 2500, 10_000]))))
def test_cash_is_tied_up_in_own_goods_alone_and_never_in_more_than_they_are_worth(goods):
    order, cooperatives = new_order(), (uuid.uuid4(), uuid.uuid4())
    lines = [(cooperatives[who], new_order_line(order, ordered_qty=qty), cash_bp) for who, qty, cash_bp in goods]
    tied = own_goods_idr(lines, {line.item_code: Unit.GRAM for _, line, _ in lines})
    assert 0 <= sum(tied.values()) <= worth_idr(lines)
    assert {key for key, _, cash_bp in lines if cash_bp is not None} == set(tied)
    whole = [(key, line, cash_bp) for key, line, cash_bp in lines if cash_bp == 10_000]
    units = {line.item_code: Unit.GRAM for _, line, _ in lines}
    assert sum(own_goods_idr(whole, units).values()) == worth_idr(whole)


def worth_idr(lines):
    """Return what lines of whole rupiah are worth."""
    return sum(value_idr(qty=line.ordered_qty, price_idr=line.price_idr, unit=Unit.GRAM) for _, line, _ in lines)
