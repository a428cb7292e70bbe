"""Reliability over HTTP: a cooperative sees its own, the city all, a kitchen none; the formula can be done by hand."""

import pytest

from service.domain.people import Role
from service.files.reading import read_table
from service.files.tables import FileKind
from tests.api.callers import answer, callers

__all__ = ["callers"]
PATH = "/reliability?week_start=2026-12-07"


@pytest.fixture
async def answered(callers):
    """The first cooperative takes half of its first line and all of the others; the second has not answered."""
    order = await callers.first_order()
    first, *others = order["lines"]
    said = [answer(first, first["ordered_qty"] // 2, "not_enough_goods"), *map(answer, others)]
    path = f"/orders/{order['id']}/answers"
    taken = await callers.of(Role.COOP_OFFICER).post(path, json={"answers": said}, headers={"If-Match": '"1"'})
    assert taken.status_code == 201
    return callers


async def test_every_figure_of_the_formula_is_shown_and_it_can_be_done_by_hand(answered):
    first, second = (await answered.of(Role.CITY_OPERATOR).get(PATH)).json()["items"]
    total = first["total"]
    assert first["kept_bp"] == total["accepted_idr"] * 10_000 // total["ordered_idr"] < 10_000
    assert (first["on_time_bp"], first["taken_bp"]) == (10_000, 10_000)
    assert first["reliability_bp"] == first["own_bp"] == first["city_bp"] == second["reliability_bp"]
    assert second["total"]["lines"] == 0
    assert first["is_new"]
    assert len(first["weeks"]) == 8
    assert first["weeks"][-1]["week_start"] == "2026-11-30"
    assert first["weeks"][-1]["ordered_idr"] == total["ordered_idr"]
    assert "reliability = (lines x own + 20 x city)" in first["formula"]


async def test_the_fair_share_stands_beside_what_was_received(answered):
    """Both can carry as much, so half of what the first received is the fair share of each."""
    first, second = (await answered.of(Role.CITY_OPERATOR).get(PATH)).json()["items"]
    received = first["total"]["received_idr"]
    assert first["total"]["fair_idr"] == second["total"]["fair_idr"] == received // 2
    assert first["owed_idr"] == received // 2 - received
    assert second["owed_idr"] == received // 2


async def test_a_cooperative_sees_its_own_and_no_other(answered):
    city = (await answered.of(Role.CITY_OPERATOR).get(PATH)).json()["items"]
    mine, other = (str(one.id) for one in answered.week.cooperatives[:2])
    officer = answered.of(Role.COOP_OFFICER)
    assert (await officer.get(PATH)).json()["items"] == [row for row in city if row["cooperative_id"] == mine]
    own = await officer.get(f"/cooperatives/{mine}/reliability?week_start=2026-12-07")
    assert own.json() == next(row for row in city if row["cooperative_id"] == mine)
    foreign = await officer.get(f"/cooperatives/{other}/reliability")
    assert (foreign.status_code, foreign.json()["code"]) == (404, "not_found")
    assert (await answered.of(Role.KITCHEN_HEAD).get(PATH)).status_code == 403


async def test_the_list_has_pages_and_a_week_starts_on_a_monday(callers):
    city = callers.of(Role.CITY_OPERATOR)
    page = (await city.get("/reliability", params={"limit": 1})).json()
    rest = (await city.get("/reliability", params={"limit": 1, "after": page["next_cursor"]})).json()
    codes = [row["cooperative_code"] for row in [*page["items"], *rest["items"]]]
    assert codes == [one.code for one in callers.week.cooperatives]
    assert rest["next_cursor"] is None
    refused = await city.get("/reliability", params={"week_start": "2026-12-08"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "week_start")


@pytest.mark.parametrize("kind", FileKind)
async def test_it_is_given_as_a_file_with_a_row_for_each_week_and_one_for_all(answered, kind):
    file = await answered.of(Role.CITY_OPERATOR).get(
        "/reliability/export", params={"format": kind.value, "week_start": "2026-12-07"}
    )
    table = read_table(file.content, kind)
    rows = [row for _, row in table.rows]
    assert len(rows) == 2 * 9
    assert [str(row[2]) for row in rows].count("semua") == 2
    refused = await answered.of(Role.KITCHEN_HEAD).get("/reliability/export")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
