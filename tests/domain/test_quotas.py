"""Quotas: packs are at home or in one region, whatever everybody promises, releases, sets and gives back."""

import uuid
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import DomainError, GoodsPromised, IllegalTransition, InvalidField, SupplyExhausted
from service.domain.organisations import OrganisationKind
from service.domain.quotas import (
    give_back,
    quota_entry,
    quota_packs,
    require_branch,
    require_head_office,
    require_pool,
    set_quota,
    unused_packs,
)
from service.domain.stocks import (
    Stock,
    StockStatus,
    available_packs,
    change,
    entry_of,
    promise,
    release,
    require_promises_kept,
    withdraw,
)
from tests.factories.organisations import new_organisation, new_wholesaler
from tests.factories.places import OTHER_REGION, REGION
from tests.factories.plans import new_stock

HEAD_OFFICE = new_organisation(OrganisationKind.WHOLESALER)
BRANCH = new_organisation(OrganisationKind.WHOLESALER, OTHER_REGION)
PACKS = 20
BRANCHES = 3


def pool(**changes: object) -> Stock:
    return new_stock(HEAD_OFFICE, packs=PACKS, **changes)


def quota_of(stock: Stock, packs: int = 0) -> Stock:
    quota = new_stock(BRANCH, packs=packs or 1, elsewhere_packs=packs or 1, pool_id=stock.id)
    set_quota(stock, quota, packs)
    return quota


DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["promise", "release", "set", "give back", "withdraw", "grow"]),
        st.integers(0, BRANCHES),
        st.integers(0, PACKS + 2),
    ),
    max_size=60,
)


def do(deed: str, stock: Stock, quotas: list[Stock], which: int, packs: int) -> None:
    """Do one thing that somebody might, with the pool itself (0) or one of its quotas."""
    chosen = [stock, *quotas][which]
    if deed == "promise":
        promise(chosen, packs)
    elif deed == "release":
        release(chosen, min(packs, chosen.promised_packs))
    elif deed == "set" and which and chosen.status is StockStatus.OPEN:
        require_pool(stock)
        set_quota(stock, chosen, packs)
    elif deed == "give back" and which:
        give_back(stock, chosen)
    elif deed == "withdraw":
        withdraw(chosen)
    elif deed == "grow" and packs:
        entry = entry_of(chosen)
        entry = type(entry)(entry.item_code, packs, entry.pack_qty, entry.price_idr, entry.from_date, entry.to_date)
        require_promises_kept(chosen, entry)
        change(chosen, entry)


@given(DEEDS)
def test_regions_never_promise_more_than_there_is_nor_than_their_quota(deeds):
    stock = pool()
    quotas = [quota_of(stock) for _ in range(BRANCHES)]
    for deed, which, packs in deeds:
        before = [one.model_dump() for one in (stock, *quotas)]
        try:
            do(deed, stock, quotas, which, packs)
        except DomainError:
            assert [one.model_dump() for one in (stock, *quotas)] == before
        assert sum(one.promised_packs for one in (stock, *quotas)) <= stock.packs
        assert stock.elsewhere_packs == sum(quota_packs(quota) for quota in quotas)
        assert stock.promised_packs + stock.elsewhere_packs <= stock.packs
        for quota in quotas:
            assert 0 <= quota.promised_packs <= quota_packs(quota) <= quota.packs


def test_what_comes_back_can_be_given_to_another():
    stock = pool()
    first, second = quota_of(stock, PACKS), quota_of(stock)
    promise(first, 5)
    with pytest.raises(SupplyExhausted, match="has 0 packs left, 1 more"):
        set_quota(stock, second, 1)
    assert give_back(stock, first) == PACKS - 5
    set_quota(stock, second, PACKS - 5)
    assert (quota_packs(first), available_packs(first), unused_packs(second)) == (5, 0, PACKS - 5)
    assert give_back(stock, first) == 0


def test_a_region_keeps_what_it_has_promised():
    stock = pool()
    quota = quota_of(stock, 10)
    promise(quota, 4)
    with pytest.raises(GoodsPromised, match="promised 4 packs"):
        set_quota(stock, quota, 3)
    set_quota(stock, quota, 4)
    assert (available_packs(stock), available_packs(quota)) == (PACKS - 4, 0)


def test_what_a_withdrawn_quota_has_left_comes_back():
    stock = pool()
    quota = quota_of(stock, 10)
    promise(quota, 4)
    withdraw(quota)
    assert (available_packs(quota), give_back(stock, quota)) == (0, 6)
    release(quota, 4)
    assert (give_back(stock, quota), available_packs(stock)) == (4, PACKS)


@pytest.mark.parametrize("changed", [{"packs": 9}, {"pack_qty": 10_000}])
def test_neither_side_counts_packs_anew_that_two_regions_share(changed):
    stock = pool()
    quota = quota_of(stock, 10)
    for one in (stock, quota):
        entry = entry_of(one)
        with pytest.raises(GoodsPromised, match="divided between regions"):
            require_promises_kept(one, type(entry)(**{**_fields(entry), **changed}))
    dearer = entry_of(quota)
    require_promises_kept(quota, type(dearer)(**{**_fields(dearer), "price_idr": dearer.price_idr + 1}))


def _fields(entry):
    return {name: getattr(entry, name) for name in entry.__dataclass_fields__}


def test_a_quota_is_not_divided_further():
    stock = pool()
    with pytest.raises(IllegalTransition, match="not divided further"):
        require_pool(quota_of(stock, 1))
    withdraw(stock)
    with pytest.raises(IllegalTransition):
        require_pool(stock)


def test_a_quota_begins_when_its_branch_can_deliver():
    stock = pool(from_date=date(2026, 11, 30), to_date=date(2026, 12, 4))
    entry = quota_entry(stock, 7, today=date(2026, 11, 30), lead_days=2)
    assert (entry.packs, entry.from_date, entry.to_date) == (7, date(2026, 12, 2), stock.to_date)
    assert quota_entry(stock, 7, today=date(2026, 11, 1), lead_days=2).from_date == stock.from_date
    with pytest.raises(InvalidField, match="ends on 2026-12-04"):
        quota_entry(stock, 7, today=stock.to_date, lead_days=1)


def test_only_an_own_branch_gets_packs():
    mine = new_wholesaler(BRANCH, head_office_id=HEAD_OFFICE.id)
    assert require_branch(pool(), BRANCH, mine) is BRANCH
    for found in ((BRANCH, new_wholesaler(BRANCH)), (None, None)):
        with pytest.raises(InvalidField, match="None of your branches"):
            require_branch(pool(), *found)


def test_a_head_office_is_a_wholesaler_of_another_region_and_no_branch():
    sound = new_wholesaler(HEAD_OFFICE)
    require_head_office(OTHER_REGION, HEAD_OFFICE, sound)
    with pytest.raises(InvalidField, match="another region than its branch"):
        require_head_office(REGION, HEAD_OFFICE, sound)
    for found in ((HEAD_OFFICE, new_wholesaler(HEAD_OFFICE, head_office_id=uuid.uuid4())), (None, None)):
        with pytest.raises(InvalidField, match="no branch itself"):
            require_head_office(OTHER_REGION, *found)


def test_days_of_a_quota_may_be_changed_by_its_branch():
    quota = quota_of(pool(), 3)
    entry = entry_of(quota)
    longer = type(entry)(**{**_fields(entry), "to_date": entry.to_date + timedelta(days=1)})
    require_promises_kept(quota, longer)
