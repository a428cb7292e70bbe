"""How far a kitchen's week is covered, over HTTP: the kitchen's own, and for the city any kitchen's."""

from service.domain.people import Role
from tests.api.callers import answer, callers

__all__ = ["callers"]


async def test_the_kitchens_coverage_tells_what_is_short_and_why(callers):
    order = await callers.first_order()
    await callers.of(Role.COOP_OFFICER).post(
        f"/orders/{order['id']}/answers", json={"answers": [answer(order["lines"][0], 30_000, "no_transport")]}
    )

    seen = (await callers.of(Role.KITCHEN_HEAD).get("/coverage?week_start=2026-11-30")).json()

    assert [
        (line["item_code"], line["accepted_qty"], line["awaiting_qty"], line["short_qty"]) for line in seen["lines"]
    ] == [
        ("ITEM-00", 30_000, 0, 10_000),
        ("ITEM-01", 0, 40_000, 0),
    ]
    assert [(day["needed_date"], day["short_lines"], day["short_g"]) for day in seen["days"]] == [
        ("2026-11-30", 1, 10_000)
    ]
    [shortage] = seen["shortages"]
    assert (shortage["cause"], shortage["short_qty"], shortage["reason_codes"]) == (
        "accepted_less",
        10_000,
        ["no_transport"],
    )


async def test_the_city_names_the_kitchen_and_nobody_sees_a_foreign_one(callers):
    await callers.publish()
    operator, other = callers.of(Role.CITY_OPERATOR), {"kitchen_id": str(callers.week.kitchens[1].id)}
    path = "/coverage?week_start=2026-11-30"

    unnamed = await operator.get(path)
    assert (unnamed.status_code, unnamed.json()["errors"][0]["field"]) == (422, "kitchen_id")
    assert len((await operator.get("/coverage", params={"week_start": "2026-11-30", **other})).json()["lines"]) == 2
    for client in (callers.of(Role.KITCHEN_HEAD, 0), callers.stranger()):
        assert (await client.get("/coverage", params={"week_start": "2026-11-30", **other})).status_code == 404
    unknown = {"week_start": "2026-11-30", "kitchen_id": str(callers.week.cooperatives[0].id)}
    assert (await operator.get("/coverage", params=unknown)).status_code == 404
    assert (await operator.get("/coverage", params={**other, "week_start": "2026-12-01"})).status_code == 422
    assert (await callers.of(Role.COOP_OFFICER).get(path)).status_code == 403
