"""Exposures over HTTP: a cooperative sees its own, the city all, a kitchen none."""

from service.domain.people import Role
from tests.api.callers import callers

__all__ = ["callers"]
PATH = "/exposures?week_start=2026-11-30"


async def test_orders_tie_up_capital_and_each_cooperative_sees_its_own(callers):
    city = callers.of(Role.CITY_OPERATOR)
    before = (await city.get(PATH)).json()["items"]
    assert {row["exposed_idr"] for row in before} == {0}
    await callers.publish()
    after = (await city.get(PATH)).json()["items"]
    assert sum(row["exposed_idr"] for row in after) > 0
    for row in after:
        assert row["free_idr"] == max(0, row["capital_idr"] - row["exposed_idr"])
        assert row["exposed_idr"] == row["packs_idr"] + row["own_goods_idr"]
    own = (await callers.of(Role.COOP_OFFICER).get(PATH)).json()["items"]
    assert own == [row for row in after if row["cooperative_id"] == str(callers.week.cooperatives[0].id)]


async def test_a_kitchen_does_not_see_what_cooperatives_have(callers):
    refused = await callers.of(Role.KITCHEN_HEAD).get(PATH)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")


async def test_a_kitchen_sees_what_it_owes_and_will_owe_and_the_city_all(callers):
    path = "/exposures/kitchens?week_start=2026-11-30"
    await callers.publish()
    rows = (await callers.of(Role.CITY_OPERATOR).get(path)).json()["items"]
    assert [row["kitchen_id"] for row in rows] == [
        str(one.id) for one in sorted(callers.week.kitchens, key=lambda one: one.code)
    ]
    assert all(row["exposed_idr"] == row["ordered_idr"] > 0 for row in rows)
    own = (await callers.of(Role.KITCHEN_HEAD).get(path)).json()["items"]
    assert own == [row for row in rows if row["kitchen_id"] == str(callers.week.kitchens[0].id)]
    refused = await callers.of(Role.COOP_OFFICER).get(path)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
