"""Forms that a phone kept while it had no signal: each has its effect once, or none and a reason in plain words."""

import uuid

import pytest

from service.domain.device_actions import ActionKind
from service.domain.people import Role
from service.web.offline import PLACES, READERS
from service.web.said import SAID
from tests.conftest import Clock


@pytest.fixture
def queued(things, clock: Clock):
    """An answer as the phone sends it: declining nothing, since its line is none of the order."""
    return {
        "queued_kind": "answer_order",
        "queued_target": str(things["order_id"].value),
        "queued_made_at": clock.now.isoformat(),
        "once": str(uuid.uuid4()),
        "at": f"/orders/{things['order_id'].value}",
        "form": "answers",
    }


@pytest.mark.usefixtures("built_app")
def test_every_deed_of_a_phone_is_read_and_leads_somewhere():
    assert set(READERS) == set(PLACES) == set(ActionKind)
    assert {said for _, said in PLACES.values() if isinstance(said, str)} <= set(SAID)


async def test_a_form_that_chooses_nothing_is_refused_in_words_and_may_be_forgotten(page_as, queued):
    answer = await page_as(Role.COOP_OFFICER).post("/queued", data=queued)
    told = answer.json()
    assert (answer.status_code, told["outcome"], told["is_final"]) == (200, "refused", True)
    assert told["title"]
    assert told["location"] == queued["at"]


async def test_what_another_organisation_has_looks_as_if_it_were_not_there(page_as, queued):
    told = (
        await page_as(Role.COOP_OFFICER).post("/queued", data={**queued, "queued_target": str(uuid.uuid4())})
    ).json()
    assert (told["outcome"], told["code"], told["title"]) == ("refused", "not_found", "Tidak ditemukan")


@pytest.mark.parametrize("missing", ["queued_kind", "queued_target", "queued_made_at", "once"])
async def test_a_form_without_its_id_or_instant_is_not_taken(page_as, queued, missing):
    answer = await page_as(Role.COOP_OFFICER).post("/queued", data={**queued, missing: ""})
    assert answer.status_code == 422


@pytest.mark.parametrize("role", [Role.COOP_OFFICER, Role.AUDITOR])
async def test_a_form_of_somebody_else_waits_for_its_owner(page_as, queued, role):
    answer = await page_as(role).post("/queued", data={**queued, "reader": str(uuid.uuid4())})
    assert answer.headers["Pasok-Problem"] == "other_reader"
    told = (await page_as(Role.COOP_OFFICER).post("/queued", data=queued)).json()
    assert told["outcome"] == "refused"  # it had not been read, so it is no repetition


async def test_whoever_may_not_act_without_signal_is_told(page_as, queued):
    assert (await page_as(Role.AUDITOR).post("/queued", data=queued)).status_code == 403
