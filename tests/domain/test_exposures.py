"""What is tied up and what is free make up the capital, unless more is tied up than there is."""

from hypothesis import given
from hypothesis import strategies as st

from service.domain.exposures import Exposure

MONEY = st.integers(0, 10**12)


@given(MONEY, MONEY, MONEY, MONEY)
def test_free_and_tied_up_are_the_capital_and_never_below_nothing(capital, owed, packs, own_goods):
    exposure = Exposure(capital, owed, packs, own_goods)
    assert exposure.free_idr + exposure.exposed_idr == max(capital, exposure.exposed_idr)
    assert exposure.free_idr >= 0
