"""Publishing a plan over HTTP: all of it, once, and only while it still holds."""

from service.domain.forecasts import ForecastStatus
from service.domain.people import Role
from tests.api.callers import callers

__all__ = ["callers"]


async def test_publishing_makes_orders_and_says_where_they_are(callers):
    answered = await callers.publish()

    assert answered.status_code == 201, answered.text
    body = answered.json()
    assert (body["status"], body["order_count"], body["line_count"]) == ("published", 2, 6)
    assert answered.headers["ETag"] == '"2"'
    assert answered.headers["Location"] == f"/api/v1/orders?plan_id={callers.week.plan.id}"
    listed = await callers.of(Role.CITY_OPERATOR).get(f"/orders?plan_id={callers.week.plan.id}")
    assert len(listed.json()["items"]) == 2


async def test_publishing_needs_the_version_that_was_seen(callers):
    path = f"/plans/{callers.week.plan.id}/publish"
    operator = callers.of(Role.CITY_OPERATOR)

    assert (await operator.post(path)).status_code == 428
    stale = await operator.post(path, headers={"If-Match": '"9"'})
    assert (stale.status_code, stale.json()["code"], stale.json()["current"]) == (412, "stale_version", 1)


async def test_only_the_regions_operator_publishes(callers):
    path = f"/plans/{callers.week.plan.id}/publish"

    refused = await callers.of(Role.COOP_OFFICER).post(path, headers={"If-Match": '"1"'})
    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
    foreign = await callers.stranger().post(path, headers={"If-Match": '"1"'})
    assert (foreign.status_code, foreign.json()["code"]) == (404, "not_found")


async def test_an_outdated_plan_is_refused_with_what_changed(callers, session):
    callers.week.forecasts[0].status = ForecastStatus.WITHDRAWN
    await session.flush()

    refused = await callers.publish()

    assert (refused.status_code, refused.json()["code"]) == (409, "plan_outdated")
    [change] = refused.json()["changes"]
    assert (change["code"], change["entity_id"]) == ("forecast_changed", str(callers.week.forecasts[0].id))


async def test_goods_that_are_gone_are_named(callers, session):
    stock = callers.week.stocks["ITEM-00"]
    stock.promised_packs = stock.packs
    await session.flush()

    refused = await callers.publish()

    assert (refused.status_code, refused.json()["code"]) == (409, "supply_exhausted")
    [source] = refused.json()["sources"]
    assert (source["stock_id"], source["left_packs"], source["asked_packs"]) == (str(stock.id), 0, 6)
