"""Webhooks and events over HTTP."""

import pytest
import sqlalchemy as sa

from service.database.queries.figures import installation_figures
from service.database.queries.installation import count_dead
from service.domain.audits import AuditEntry
from service.domain.people import Role
from service.domain.webhooks import MOST_ENDPOINTS, WebhookDeliveryStatus, new_delivery
from tests.factories.organisations import CREATED_AT
from tests.factories.webhooks import new_endpoint, new_event

URL = "https://koperasi.example.id/pasok"


async def test_a_webhook_is_made_with_a_secret_that_is_shown_once(client_as):
    officer = client_as(Role.COOP_OFFICER)
    key = {"Idempotency-Key": "webhook-made-once"}

    made, again = [await officer.post("/webhooks", json={"url": URL}, headers=key) for _ in range(2)]

    assert (made.status_code, made.json()["secret"][:6]) == (201, "whsec_")
    assert (again.status_code, again.json()["secret"]) == (201, None)
    read = await officer.get(f"/webhooks/{made.json()['id']}")
    assert "secret" not in read.json()
    assert [one["id"] for one in (await officer.get("/webhooks")).json()["items"]] == [made.json()["id"]]
    assert (await client_as(Role.WHOLESALER).get("/webhooks")).json()["items"] == []


async def test_addresses_and_types_that_cannot_be_are_refused_together(client_as):
    body = {"url": "http://koperasi.example.id/", "event_types": ["order.eaten"]}

    refused = await client_as(Role.COOP_OFFICER).post("/webhooks", json=body)

    assert refused.status_code == 422
    assert [fault["field"] for fault in refused.json()["errors"]] == ["url", "event_types"]


async def test_an_organisation_has_so_many_webhooks_and_no_more(client_as, session, world):
    session.add_all([new_endpoint(world.cooperative) for _ in range(MOST_ENDPOINTS - 1)])
    session.add(new_endpoint(world.cooperative, removed_at=CREATED_AT))
    await session.flush()
    officer = client_as(Role.COOP_OFFICER)

    last, refused = [await officer.post("/webhooks", json={"url": URL}) for _ in range(2)]
    assert last.status_code == 201
    assert (refused.status_code, refused.json()["code"], refused.json()["most"]) == (409, "too_many_webhooks", 20)
    gone = await officer.delete(f"/webhooks/{last.json()['id']}", headers={"If-Match": last.headers["ETag"]})
    assert gone.status_code == 204
    assert (await officer.post("/webhooks", json={"url": URL})).status_code == 201


async def test_a_webhook_is_changed_disabled_and_removed(client_as, session):
    officer = client_as(Role.COOP_OFFICER)
    path = f"/webhooks/{(await officer.post('/webhooks', json={'url': URL})).json()['id']}"

    changed = await officer.patch(
        path, json={"event_types": ["order.sent"], "status": "disabled"}, headers={"If-Match": '"1"'}
    )
    assert (changed.json()["event_types"], changed.json()["status"]) == (["order.sent"], "disabled")
    [entry] = await session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "webhook.change"))
    assert entry.before == {"event_types": [], "status": "active"}
    assert entry.after == {"event_types": ["order.sent"], "status": "disabled"}
    stale = await officer.patch(path, json={"url": URL}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    removed = await officer.delete(path, headers={"If-Match": changed.headers["ETag"]})
    assert removed.status_code == 204
    assert (await officer.get(path)).status_code == 404


async def test_a_change_of_nothing_leaves_a_webhook_as_it_is_and_tells_nobody(client_as):
    officer = client_as(Role.COOP_OFFICER)
    made = (await officer.post("/webhooks", json={"url": URL, "event_types": ["order.sent"]})).json()

    same = {"url": URL, "event_types": ["order.sent", "order.sent"], "status": "active"}
    unchanged = await officer.patch(f"/webhooks/{made['id']}", json=same, headers={"If-Match": '"1"'})

    assert (unchanged.status_code, unchanged.json()) == (200, {name: made[name] for name in unchanged.json()})
    told = (await officer.get(f"/events?entity=webhook&entity_id={made['id']}")).json()["items"]
    assert [one["type"] for one in told] == ["webhook.added"]


@pytest.mark.parametrize("role", [Role.WHOLESALER, Role.CITY_OPERATOR, Role.ADMINISTRATOR])
async def test_a_webhook_of_another_organisation_is_not_found_by_the_city_either(client_as, session, world, role):
    endpoint = new_endpoint(world.cooperative)
    session.add(endpoint)
    await session.flush()
    other, path, seen = client_as(role), f"/webhooks/{endpoint.id}", {"If-Match": '"1"'}

    for answer in (
        await other.get(path),
        await other.get(f"{path}/deliveries"),
        await other.patch(path, json={"status": "disabled"}, headers=seen),
        await other.delete(path, headers=seen),
        await other.post(f"{path}/test"),
    ):
        assert (answer.status_code, answer.json()["detail"]) == (404, "No such webhook.")
    await session.refresh(endpoint)
    assert (endpoint.status, endpoint.removed_at) == ("active", None)


async def test_a_message_to_another_webhook_is_not_found(client_as, session, world):
    mine, theirs = new_endpoint(world.cooperative), new_endpoint(world.wholesaler)
    event = new_event(world.users[Role.WHOLESALER])
    session.add_all([mine, theirs, event])
    await session.flush()
    dead = new_delivery(theirs, event, delivery_id=event.id, now=event.at)
    dead.status = WebhookDeliveryStatus.DEAD
    session.add(dead)
    await session.flush()

    for message_id in (dead.id, mine.id):
        refused = await client_as(Role.COOP_OFFICER).post(f"/webhooks/{mine.id}/deliveries/{message_id}/resend")
        assert (refused.status_code, refused.json()["detail"]) == (404, "No such message.")
    await session.refresh(dead)
    assert dead.status is WebhookDeliveryStatus.DEAD


async def test_what_waits_for_a_webhook_waits_while_it_is_disabled_and_is_given_up_when_it_is_removed(
    client_as, session, world
):
    endpoint, event = new_endpoint(world.cooperative), new_event(world.users[Role.COOP_OFFICER])
    session.add_all([endpoint, event])
    await session.flush()
    waiting = new_delivery(endpoint, event, delivery_id=event.id, now=event.at)
    session.add(waiting)
    await session.flush()
    officer, path = client_as(Role.COOP_OFFICER), f"/webhooks/{endpoint.id}"

    async def figures() -> tuple[str, float, int]:
        await session.refresh(waiting)
        pending = [one.value for one in await installation_figures(session) if one.name == "pasok_webhooks_pending"]
        return waiting.status.value, pending[0], await count_dead(session)

    assert await figures() == ("pending", 1, 0)
    disabled = await officer.patch(path, json={"status": "disabled"}, headers={"If-Match": '"1"'})
    assert await figures() == ("pending", 0, 0)
    await officer.delete(path, headers={"If-Match": disabled.headers["ETag"]})
    assert await figures() == ("dead", 0, 0)


async def test_a_test_message_and_dead_messages_are_seen_and_sent_again(client_as, session, world):
    endpoint, event = new_endpoint(world.cooperative), new_event(world.users[Role.COOP_OFFICER])
    session.add_all([endpoint, event])
    await session.flush()
    dead = new_delivery(endpoint, event, delivery_id=event.id, now=event.at)
    dead.status, dead.attempts = WebhookDeliveryStatus.DEAD, 12
    session.add(dead)
    await session.flush()
    officer, path = client_as(Role.COOP_OFFICER), f"/webhooks/{endpoint.id}"

    tried = await officer.post(f"{path}/test")
    assert (tried.status_code, tried.json()["event_type"]) == (202, "webhook.tested")
    listed = (await officer.get(f"{path}/deliveries?status=dead")).json()["items"]
    assert [one["id"] for one in listed] == [str(dead.id)]
    again = await officer.post(f"{path}/deliveries/{dead.id}/resend")
    assert (again.status_code, again.json()["status"], again.json()["attempts"]) == (202, "pending", 0)
    twice = await officer.post(f"{path}/deliveries/{dead.id}/resend")
    assert (twice.status_code, twice.json()["code"]) == (409, "illegal_transition")


async def test_everybody_reads_the_events_that_concern_them(client_as, session, world):
    mine, other = new_event(world.users[Role.COOP_OFFICER]), new_event(world.users[Role.WHOLESALER])
    session.add(mine)
    await session.flush()
    session.add(other)
    await session.flush()

    async def seen(role: Role, query: str = "") -> list[str]:
        return [one["id"] for one in (await client_as(role).get(f"/events{query}")).json()["items"]]

    assert await seen(Role.COOP_OFFICER) == [str(mine.id)]
    assert await seen(Role.CITY_OPERATOR) == [str(mine.id), str(other.id)]
    assert await seen(Role.CITY_OPERATOR, f"?entity=order&entity_id={other.entity_id}") == [str(other.id)]
    assert await seen(Role.CITY_OPERATOR, "?type=order.answered") == []
    first = (await client_as(Role.CITY_OPERATOR).get("/events?limit=1")).json()
    assert await seen(Role.CITY_OPERATOR, f"?after={first['next_cursor']}") == [str(other.id)]
    assert (await client_as(Role.CITY_OPERATOR).get("/events?after=bm8")).status_code == 422
