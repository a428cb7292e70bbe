"""Withdrawals over HTTP: made by the order's cooperative with If-Match, seen by those whom they concern."""

from service.domain.people import Role
from tests.api.callers import answer, callers

__all__ = ["callers"]


async def answered(callers):
    order = await callers.first_order()
    said = [answer(line) for line in order["lines"]]
    done = await callers.of(Role.COOP_OFFICER).post(f"/orders/{order['id']}/answers", json={"answers": said})
    return done.json(), done.headers["ETag"]


async def test_accepted_goods_are_withdrawn_and_seen_by_both_sides(callers):
    order, etag = await answered(callers)
    line = next(line for line in order["lines"] if line["offer_id"])
    body = {"withdrawals": [{"line_id": line["id"], "withdrawn_qty": 2_000, "reason": "crop_failed"}]}
    path, officer = f"/orders/{order['id']}/withdrawals", callers.of(Role.COOP_OFFICER)
    assert (await officer.post(path, json=body)).status_code == 428
    done = await officer.post(path, json=body, headers={"If-Match": etag})
    assert (done.status_code, done.headers["ETag"] != etag) == (201, True)
    [shown] = (await officer.get(path)).json()["items"]
    assert (shown["withdrawn_qty"], shown["withdrawer"], shown["reason"]) == (2_000, "cooperative", "crop_failed")
    head = next(n for n, kitchen in enumerate(callers.week.kitchens) if str(kitchen.id) == line["kitchen_id"])
    assert (await callers.of(Role.KITCHEN_HEAD, head).get(path)).json()["items"] == [shown]
    assert (await callers.of(Role.COOP_OFFICER, 1).get(path)).status_code == 404


async def test_too_much_is_refused_with_what_would_be_valid(callers):
    order, etag = await answered(callers)
    [line, *_] = order["lines"]
    body = {"withdrawals": [{"line_id": line["id"], "withdrawn_qty": 10**9, "reason": "crop_failed"}]}
    path = f"/orders/{order['id']}/withdrawals"
    refused = await callers.of(Role.COOP_OFFICER).post(path, json=body, headers={"If-Match": etag})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "withdrawals.0.withdrawn_qty")
    assert (await callers.of(Role.KITCHEN_HEAD).post(path, json=body, headers={"If-Match": etag})).status_code == 403
