"""A rest goes to those who lack most of what they want, whole packs, whoever asks first."""

import random
import uuid
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from service.domain.quota_shares import RegionNeed, share_packs

PACK_QTY = 25_000


@st.composite
def needs(draw: st.DrawFn) -> list[RegionNeed]:
    wanted = draw(st.lists(st.integers(1, 400_000), max_size=6))
    return [
        RegionNeed(f"32.{number:02}", uuid.UUID(int=number), qty, draw(st.integers(0, qty)))
        for number, qty in enumerate(wanted)
    ]


def left(need: RegionNeed, packs: int) -> Fraction:
    """Return the share of a region's demand that is uncovered with so many packs."""
    return Fraction(max(need.short_qty - packs * PACK_QTY, 0), need.demanded_qty)


@given(needs(), st.integers(0, 60))
def test_every_pack_goes_to_somebody_who_needs_it_until_there_are_none(asked, packs):
    shares = share_packs(packs, pack_qty=PACK_QTY, needs=asked)
    useful = {need.quota_id: -(-need.short_qty // PACK_QTY) for need in asked}
    assert all(0 < given_packs <= useful[quota_id] for quota_id, given_packs in shares.items())
    assert sum(shares.values()) == min(packs, sum(useful.values()))


@given(needs(), st.integers(0, 60))
def test_nobody_is_left_with_less_than_another_would_have_without_its_last_pack(asked, packs):
    shares = share_packs(packs, pack_qty=PACK_QTY, needs=asked)
    for one in asked:
        for other in asked:
            if other.quota_id in shares:
                before_the_last = (-left(other, shares[other.quota_id] - 1), other.region_code)
                assert before_the_last <= (-left(one, shares.get(one.quota_id, 0)), one.region_code) or one is other


@given(needs(), st.integers(0, 60), st.randoms(use_true_random=False))
def test_the_order_of_asking_changes_nothing(asked, packs, chance: random.Random):
    mixed = list(asked)
    chance.shuffle(mixed)
    shares = share_packs(packs, pack_qty=PACK_QTY, needs=asked)
    assert share_packs(packs, pack_qty=PACK_QTY, needs=mixed) == shares


@given(needs(), st.integers(0, 60))
def test_with_one_pack_more_one_region_has_one_more_and_nobody_less(asked, packs):
    shares = share_packs(packs, pack_qty=PACK_QTY, needs=asked)
    more = share_packs(packs + 1, pack_qty=PACK_QTY, needs=asked)
    grown = {quota_id: given_packs - shares.get(quota_id, 0) for quota_id, given_packs in more.items()}
    assert min(grown.values(), default=0) >= 0
    assert sum(grown.values()) <= 1
    assert set(shares) <= set(more)


def test_equal_need_is_served_by_region_code():
    first, second = (RegionNeed(code, uuid.uuid4(), 100_000, 50_000) for code in ("32.01", "32.71"))
    assert share_packs(3, pack_qty=PACK_QTY, needs=[second, first]) == {first.quota_id: 2, second.quota_id: 1}
