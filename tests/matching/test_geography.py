import random
from types import SimpleNamespace

import numpy as np
import pytest

from service.matching.geography import Tier, locality_tier, metres_between, metres_matrix
from service.matching.prices import price_to_kitchen
from tests.factories import problems as make


def spot(lat, lon):
    return SimpleNamespace(lat=lat, lon=lon)


def test_one_degree_of_latitude_is_111_195_m():
    """6,371,008.8 m x pi / 180 = 111,195.08 m."""
    assert metres_between(spot(0, 0), spot(1, 0)) == 111_195


def test_one_degree_of_longitude_shrinks_with_the_cosine_of_the_latitude():
    """At 60 degrees the parallel is half as long; the great circle, 55,597.0 m, is a little shorter than it."""
    assert metres_between(spot(60, 106), spot(60, 107)) == 55_597


def test_the_other_side_of_the_earth_is_half_its_circumference_away():
    """6,371,008.8 m x pi = 20,015,114.4 m."""
    assert metres_between(spot(0, 0), spot(0, 180)) == 20_015_114


def test_distances_are_the_same_in_both_directions_and_in_the_matrix():
    r = random.Random(7)
    origins = [spot(r.uniform(-7, -6), r.uniform(106, 107)) for _ in range(60)]
    targets = [spot(r.uniform(-7, -6), r.uniform(106, 107)) for _ in range(50)] + origins[:3]
    expected = [[metres_between(a, b) for b in targets] for a in origins]
    assert [[metres_between(b, a) for b in targets] for a in origins] == expected
    assert metres_matrix(origins, targets).tolist() == expected


def test_a_distance_close_to_a_half_metre_rounds_alike_in_the_matrix(monkeypatch):
    """With every pair in doubt each cell is the scalar's, so a wrong cell can only come from the vectorised sines."""
    monkeypatch.setattr("service.matching.geography._ROUNDING_DOUBT_M", 1.0)
    assert metres_matrix([spot(0, 0)], [spot(1, 0), spot(0, 0)]).tolist() == [[111_195, 0]]


def test_a_matrix_without_places_is_empty():
    assert metres_matrix([], [spot(0, 0)]).shape == (0, 1)
    assert metres_matrix([spot(0, 0)], []).dtype == np.int64


@pytest.mark.parametrize(
    ("kelurahan", "kecamatan", "tier"),
    [("V1", "D1", Tier.KELURAHAN), ("V2", "D1", Tier.KECAMATAN), ("V2", "D2", Tier.CITY)],
)
def test_goods_are_as_local_as_the_nearest_common_area(kelurahan, kecamatan, tier):
    cooperative = make.cooperative(kelurahan=kelurahan, kecamatan=kecamatan)
    assert locality_tier(cooperative, make.kitchen()) is tier


@pytest.mark.parametrize(
    ("price_idr", "pack_qty", "markup_bp", "expected"),
    [
        (90_000, 10_000, 0, 9_000),  # Rp 90,000 for 10 kg
        (90_000, 10_000, 500, 9_450),  # and 5 % on top
        (90_001, 10_000, 500, 9_451),  # 9,450.105 rounds up
        (90_000, 7_000, 0, 12_858),  # 12,857.14 rounds up
        (0, 10_000, 500, 0),
    ],
)
def test_a_packs_price_to_the_kitchen_is_rounded_up_to_whole_rupiah(price_idr, pack_qty, markup_bp, expected):
    stock = make.stock(price_idr=price_idr, pack_qty=pack_qty)
    assert price_to_kitchen(stock, make.item(), make.cooperative(markup_bp=markup_bp)) == expected


def test_goods_counted_in_pieces_are_priced_by_the_piece():
    """A box of 40 at Rp 112,000 and 3 %: 2,884 a piece."""
    stock = make.stock(item="UHT", price_idr=112_000, pack_qty=40)
    uht = make.item("UHT", unit="pc", per=1, step=1, weight_g=130)
    assert price_to_kitchen(stock, uht, make.cooperative(markup_bp=300)) == 2_884
