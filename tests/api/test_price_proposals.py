"""Counter-prices over HTTP: proposed by the cooperative, seen by both sides, decided by the kitchen."""

from service.domain.people import Role
from tests.api.callers import callers

__all__ = ["callers"]


async def proposed(callers):
    order = await callers.first_order()
    line = order["lines"][0]
    body = {"proposals": [{"line_id": line["id"], "price_idr": line["price_idr"] + 300}]}
    made = await callers.of(Role.COOP_OFFICER).post(f"/orders/{order['id']}/price-proposals", json=body)
    assert made.status_code == 201
    return line, made.json()["items"][0]


async def test_a_proposal_is_seen_by_both_sides_and_decided_once(callers):
    line, made = await proposed(callers)
    place = next(n for n, kitchen in enumerate(callers.week.kitchens) if str(kitchen.id) == line["kitchen_id"])
    head, path = callers.of(Role.KITCHEN_HEAD, place), f"/price-proposals/{made['id']}"
    for client in (head, callers.of(Role.COOP_OFFICER), callers.of(Role.CITY_OPERATOR)):
        assert (await client.get("/price-proposals", params={"status": "open"})).json()["items"] == [made]
    seen = await head.get(path)
    assert (await head.post(f"{path}/decision", json={"is_approved": True})).status_code == 428
    decision = {"json": {"is_approved": True}, "headers": {"If-Match": seen.headers["ETag"]}}
    assert (await callers.of(Role.COOP_OFFICER).post(f"{path}/decision", **decision)).status_code == 403
    done = await head.post(f"{path}/decision", **decision)
    assert (done.status_code, done.json()["status"]) == (200, "approved")
    assert (await head.post(f"{path}/decision", **decision)).status_code == 412
    for client in (callers.of(Role.COOP_OFFICER, 1), callers.stranger()):
        assert (await client.get(path)).status_code == 404


async def test_a_lower_price_is_refused_next_to_its_field(callers):
    order = await callers.first_order()
    line = order["lines"][0]
    body = {"proposals": [{"line_id": line["id"], "price_idr": line["price_idr"]}]}
    refused = await callers.of(Role.COOP_OFFICER).post(f"/orders/{order['id']}/price-proposals", json=body)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "proposals.0.price_idr")
