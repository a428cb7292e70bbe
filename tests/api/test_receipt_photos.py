"""Photos over HTTP: sent as they are, shown to both sides, refused if they are something else."""

from service.domain.people import Role
from tests.api.callers import callers
from tests.api.test_deliveries import notes, of_kitchen, received
from tests.factories.deliveries import PICTURE

__all__ = ["callers", "notes", "of_kitchen"]


async def test_a_photo_is_added_and_shown_to_those_whom_it_concerns(callers, of_kitchen):
    receipt = (await received(callers, of_kitchen)).json()
    path = f"/receipts/{receipt['id']}"
    head, sent = callers.of(Role.KITCHEN_HEAD), f"{path}/lines/{receipt['lines'][0]['id']}/photos"
    jpeg = {"Content-Type": "image/jpeg"}
    made = await head.post(sent, content=PICTURE, headers=jpeg)
    assert (made.status_code, made.json()["media_type"]) == (201, "image/png"), "the bytes count, not the claim"
    for client in (head, callers.of(Role.COOP_OFFICER), callers.of(Role.CITY_OPERATOR)):
        assert (await client.get(f"{path}/photos")).json()["items"] == [made.json()]
        shown = await client.get(f"{path}/photos/{made.json()['id']}")
        assert (shown.content, shown.headers["Content-Type"]) == (PICTURE, "image/png")
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
    for client in (callers.of(Role.COOP_OFFICER, 1), callers.stranger()):
        assert (await client.get(f"{path}/photos/{made.json()['id']}")).status_code == 404
    refused = await head.post(sent, content=b"<svg/>", headers=jpeg)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "not_a_photo")
    assert (await callers.of(Role.COOP_OFFICER).post(sent, content=PICTURE, headers=jpeg)).status_code == 403
