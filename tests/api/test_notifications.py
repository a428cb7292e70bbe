"""Messages to the caller, and how people are reached."""

from service.domain.people import Role
from tests.factories.worlds import World


async def test_everybody_says_how_they_are_reached(client_as):
    officer = client_as(Role.COOP_OFFICER)
    assert (await officer.get("/me/contact")).json()["quiet_from_minute"] == 1260

    told = await officer.put("/me/contact", json={"phone": "0812-3456-789", "by_email": False})

    assert told.status_code == 200, told.text
    assert (told.json()["phone"], told.json()["by_email"]) == ("+628123456789", False)
    assert (await officer.get("/me/contact")).json() == told.json()
    taken = await client_as(Role.WHOLESALER).put("/me/contact", json={"phone": "+62 812 3456 789"})
    assert (taken.status_code, taken.json()["code"]) == (409, "already_exists")
    wrong = await officer.put("/me/contact", json={"phone": "12"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "phone")


async def test_what_is_said_later_takes_the_place_of_all_that_was_said_before(client_as):
    officer = client_as(Role.COOP_OFFICER)
    await officer.put("/me/contact", json={"phone": "+628123456789", "email": "siti@koperasi.example.id"})

    told = await officer.put("/me/contact", json={"phone": "+628129999999"})

    assert (told.json()["phone"], told.json()["email"]) == ("+628129999999", None)
    assert (await officer.get("/me/contact")).json() == told.json()
    freed = await client_as(Role.WHOLESALER).put("/me/contact", json={"phone": "+628123456789"})
    assert freed.status_code == 200


async def test_the_administrator_does_it_for_officers_who_never_log_in(client_as, world: World):
    user_id = world.users[Role.COOP_OFFICER].id
    body = {"email": "siti@koperasi.example.id"}

    assert (await client_as(Role.ADMINISTRATOR).put(f"/users/{user_id}/contact", json=body)).status_code == 200
    assert (await client_as(Role.CITY_OPERATOR).put(f"/users/{user_id}/contact", json=body)).status_code == 403


async def test_without_messages_the_list_is_empty(client_as):
    assert (await client_as(Role.COOP_OFFICER).get("/notifications")).json()["items"] == []
    assert (await client_as(Role.COOP_OFFICER).get("/notifications?channel=pigeon")).status_code == 422
