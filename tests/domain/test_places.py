"""Distances between places."""

from hypothesis import given
from hypothesis import strategies as st

from service.domain.places import distance_m, short_trip

latitudes = st.floats(-89, 89)
longitudes = st.floats(-179, 179)


def test_one_degree_of_latitude_is_111_km() -> None:
    assert distance_m(from_latitude=-6, from_longitude=106.8, to_latitude=-7, to_longitude=106.8) == 111_195


def test_batu_tulis_to_bondongan_is_known() -> None:
    # the published centroids; 900 m of latitude and 459 m of longitude, worked out by hand
    metres = distance_m(
        from_latitude=-6.621608, from_longitude=106.808735, to_latitude=-6.613517, to_longitude=106.804577
    )
    assert metres == 1010


@given(latitudes, longitudes)
def test_a_place_is_no_way_from_itself(latitude: float, longitude: float) -> None:
    assert (
        distance_m(from_latitude=latitude, from_longitude=longitude, to_latitude=latitude, to_longitude=longitude) == 0
    )


@given(latitudes, longitudes, latitudes, longitudes)
def test_there_is_as_far_as_back(first_lat: float, first_lon: float, second_lat: float, second_lon: float) -> None:
    there = distance_m(
        from_latitude=first_lat, from_longitude=first_lon, to_latitude=second_lat, to_longitude=second_lon
    )
    back = distance_m(
        from_latitude=second_lat, from_longitude=second_lon, to_latitude=first_lat, to_longitude=first_lon
    )
    assert there == back


POINTS = st.lists(st.tuples(st.floats(-6.7, -6.5), st.floats(106.7, 106.9)), max_size=8)


@given(POINTS)
def test_a_short_trip_stops_everywhere_once_and_goes_to_the_nearest_first(stops):
    start = (-6.6, 106.8)

    def far(one):
        return distance_m(from_latitude=start[0], from_longitude=start[1], to_latitude=one[0], to_longitude=one[1])

    trip = short_trip(start, stops)
    assert sorted(index for index, _ in trip) == list(range(len(stops)))
    if trip:
        assert trip[0][1] == min(far(stop) for stop in stops)
        assert all(metres >= 0 for _, metres in trip)
