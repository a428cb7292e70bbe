"""A kitchen's forecasts over the API."""

import pytest

from service.domain.people import Role
from service.domain.plans import PlanStatus
from tests.factories.entries import CUT_OFF, MONDAY, WEEKDAYS, real_policy, worked_week
from tests.factories.markets import add_catalogue
from tests.factories.plans import new_plan, new_run

FRIDAY = WEEKDAYS[4].isoformat()
RICE = {"item_code": "RICE-P", "needed_date": "2026-11-30", "demanded_qty": 25_000}
TEMPE = {"item_code": "TEMPE", "needed_date": FRIDAY, "demanded_qty": 10_000}
BODY = {"week_start": "2026-11-30", "lines": [RICE, TEMPE]}
MENU = [
    {
        "recipe_code": serving.recipe_code,
        "serving_date": serving.serving_date.isoformat(),
        "portions_small": serving.portions_small,
        "portions_large": serving.portions_large,
    }
    for serving in worked_week().servings
]


@pytest.fixture
async def policy(session, world):
    known = real_policy()
    session.add(known)
    await add_catalogue(session)
    return known


@pytest.fixture
def kitchen(client_as, policy):
    return client_as(Role.KITCHEN_HEAD)


@pytest.fixture
async def draft(kitchen):
    return await kitchen.post("/forecasts", json=BODY)


async def act(client, response, action, body=None, **headers):
    """Do something to the forecast of a response, from the version that it told."""
    headers = {"If-Match": response.headers["ETag"], **headers}
    address = f"/forecasts/{response.json()['id']}/{action}"
    return (
        await client.post(address, json=body, headers=headers)
        if body is not None
        else await client.post(address, headers=headers)
    )


async def test_a_menu_is_answered_with_lines_and_budget(kitchen):
    created = await kitchen.post("/forecasts", json={"week_start": "2026-11-30", "servings": MENU})
    assert created.status_code == 201
    shown = created.json()
    assert created.headers["Location"] == f"/api/v1/forecasts/{shown['id']}"
    assert created.headers["ETag"] == '"1"'
    assert (shown["status"], shown["source"], shown["revision"]) == ("draft", "menu", 1)
    rice = next(line for line in shown["lines"] if line["item_code"] == "RICE-P")
    assert (rice["demanded_qty"], rice["needed_date"], rice["max_price_idr"]) == (1_020_000, "2026-11-30", 14_900)
    food = shown["budget"][0]
    assert (food["budget_idr"], round(food["used_bp"] / 100), food["is_exceeded"]) == (138_000_000, 94, False)
    assert [day["day"] for day in food["days"] if day["is_over"]] == ["2026-12-03"]
    read = await kitchen.get(f"/forecasts/{shown['id']}")
    assert read.json() == shown
    assert read.headers["ETag"] == '"1"'


async def test_a_preview_shows_the_same_and_the_caps_and_keeps_nothing(kitchen):
    body = {"week_start": "2026-11-30", "servings": MENU, "lines": [RICE]}
    shown = (await kitchen.post("/forecasts/preview", json=body)).json()
    rice = next(line for line in shown["lines"] if line["item_code"] == "RICE-P")
    assert (rice["demanded_qty"], rice["menu_qty"], rice["expected_price_idr"]) == (1_045_000, 1_020_000, 14_450)
    assert (rice["price_cap"]["kind"], rice["price_cap"]["source"]) == ("HET", "Keputusan Kepala Bapanas 299/2025")
    tempe = next(line for line in shown["lines"] if line["item_code"] == "TEMPE")
    assert (tempe["price_cap"], tempe["max_price_idr"]) == (None, 18_000)
    assert round(shown["budget"][0]["used_bp"] / 100) == 94
    assert (await kitchen.get("/forecasts")).json()["items"] == []


async def test_all_faults_are_told_at_once_with_paths(kitchen):
    lines = [
        RICE,
        {**RICE, "item_code": "LPG-3"},
        {**RICE, "item_code": "EGG", "demanded_qty": 1500, "own_max_price_idr": 30_001},
        {**RICE, "needed_date": "2026-12-05"},
    ]
    refused = await kitchen.post("/forecasts/preview", json={"week_start": "2026-11-30", "lines": lines})
    assert refused.status_code == 422
    assert refused.json()["code"] == "invalid_field"
    assert [(fault["field"], fault["code"]) for fault in refused.json()["errors"]] == [
        ("lines.1.item_code", "item_not_for_kitchens"),
        ("lines.2.demanded_qty", "not_a_step"),
        ("lines.2.own_max_price_idr", "price_above_cap"),
        ("lines.3.needed_date", "closed_day"),
    ]


async def test_household_goods_are_refused_with_reason_and_source(kitchen):
    refused = await kitchen.post("/forecasts", json={**BODY, "lines": [{**RICE, "item_code": "RICE-SPHP"}]})
    assert (refused.status_code, refused.json()["code"]) == (422, "item_not_for_kitchens")
    assert refused.json()["source"]
    assert refused.json()["errors"][0]["field"] == "lines.0.item_code"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"week_start": "2026-12-01"}, "week_start"),
        ({"week_start": "yesterday"}, "week_start"),
        ({"lines": [{**RICE, "demanded_qty": 0}]}, "lines.0.demanded_qty"),
        ({"lines": [{**RICE, "colour": "red"}]}, "lines.0.colour"),
        ({"lines": []}, "lines"),
    ],
)
async def test_a_wrong_value_is_named(kitchen, changes, field):
    refused = await kitchen.post("/forecasts", json={**BODY, **changes})
    assert refused.status_code == 422
    assert [fault["field"] for fault in refused.json()["errors"]] == [field]


async def test_a_second_draft_is_refused_naming_the_first(kitchen, draft):
    refused = await kitchen.post("/forecasts", json=BODY)
    assert (refused.status_code, refused.json()["code"]) == (409, "draft_exists")
    assert refused.json()["forecast_id"] == draft.json()["id"]


async def test_the_same_request_twice_makes_one_draft(kitchen):
    headers = {"Idempotency-Key": "monday"}
    first = await kitchen.post("/forecasts", json=BODY, headers=headers)
    again = await kitchen.post("/forecasts", json=BODY, headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Location"] == first.headers["Location"]


async def test_a_draft_is_changed_by_version(kitchen, draft):
    address = f"/forecasts/{draft.json()['id']}"
    changed = await kitchen.put(f"{address}/lines", json={"lines": [RICE]}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["ETag"], len(changed.json()["lines"])) == (200, '"2"', 1)
    stale = await kitchen.put(f"{address}/lines", json={"lines": [TEMPE]}, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["code"], stale.json()["current"]) == (412, "stale_version", 2)
    assert (await kitchen.put(f"{address}/lines", json={"lines": [TEMPE]})).status_code == 428
    menu = {"servings": MENU, "lines": [TEMPE]}
    replaced = await kitchen.put(f"{address}/menu", json=menu, headers={"If-Match": '"2"'})
    assert (replaced.json()["source"], len(replaced.json()["servings"])) == ("menu", len(MENU))
    empty = await kitchen.put(f"{address}/menu", json={}, headers={"If-Match": '"3"'})
    assert empty.json()["errors"][0]["code"] == "missing"


async def test_a_forecast_is_sent_and_replaced_until_the_cut_off(kitchen, draft):
    sent = await act(kitchen, draft, "submit")
    assert (sent.status_code, sent.json()["status"], sent.headers["ETag"]) == (200, "submitted", '"2"')
    second = await act(kitchen, await kitchen.post("/forecasts", json={**BODY, "lines": [RICE]}), "submit")
    revisions = (await kitchen.get(f"/forecasts/{second.json()['id']}/revisions")).json()["items"]
    assert [(known["revision"], known["status"]) for known in revisions] == [(2, "submitted"), (1, "superseded")]


async def test_after_the_cut_off_only_a_correction_with_a_reason_counts(kitchen, draft, clock):
    sent = await act(kitchen, draft, "submit")
    too_early = await act(kitchen, sent, "corrections", {"reason": "a school closes", "lines": [RICE]})
    assert (too_early.status_code, too_early.json()["code"]) == (409, "before_cut_off")
    clock.now = CUT_OFF
    late = await act(kitchen, await kitchen.post("/forecasts", json=BODY), "submit")
    assert (late.status_code, late.json()["code"]) == (409, "after_cut_off")
    assert "12:00 WIB" in late.json()["detail"]
    no_reason = await act(kitchen, sent, "corrections", {"reason": "", "lines": [RICE]})
    assert no_reason.json()["errors"][0]["field"] == "reason"
    corrected = await act(kitchen, sent, "corrections", {"reason": "a school closes", "lines": [RICE]})
    assert corrected.status_code == 201
    assert (corrected.json()["is_correction"], corrected.json()["correction_reason"]) == (True, "a school closes")
    assert corrected.headers["Location"].endswith(corrected.json()["id"])


async def test_once_the_plan_is_published_only_a_correction_is_possible(kitchen, draft, session, policy, clock):
    sent = await act(kitchen, draft, "submit")
    run = new_run(policy, MONDAY)
    session.add(run)
    await session.flush()
    session.add(new_plan(run, status=PlanStatus.PUBLISHED))
    await session.flush()
    clock.now = CUT_OFF
    refused = await act(kitchen, sent, "withdraw", {"reason": "x"})
    assert (refused.status_code, refused.json()["code"]) == (409, "week_planned")
    corrected = await act(kitchen, sent, "corrections", {"reason": "x", "lines": [RICE]})
    assert (corrected.status_code, corrected.json()["status"]) == (201, "submitted")


async def test_a_broken_budget_is_told_with_amounts_and_the_dearest_day(kitchen):
    beef = {"item_code": "BEEF", "needed_date": FRIDAY, "demanded_qty": 200_000}
    created = await kitchen.post("/forecasts", json={"week_start": "2026-11-30", "servings": MENU, "lines": [beef]})
    assert created.json()["budget"][0]["is_exceeded"]
    refused = await act(kitchen, created, "submit")
    assert (refused.status_code, refused.json()["code"]) == (422, "budget_exceeded")
    assert (refused.json()["budget_idr"], refused.json()["dearest_date"]) == (138_000_000, FRIDAY)
    assert (await kitchen.get(f"/forecasts/{created.json()['id']}")).json()["status"] == "draft"


async def test_a_forecast_is_taken_back(kitchen, draft, clock):
    sent = await act(kitchen, draft, "submit")
    clock.now = CUT_OFF
    refused = await act(kitchen, sent, "withdraw", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "after_cut_off")
    taken = await act(kitchen, sent, "withdraw", {"reason": "closed for repairs"})
    assert (taken.status_code, taken.json()["status"]) == (200, "withdrawn")
    gone = await act(kitchen, taken, "withdraw", {})
    assert (gone.status_code, gone.json()["code"]) == (409, "illegal_transition")


async def test_last_week_is_copied(kitchen, draft):
    nothing = await kitchen.post("/forecasts/copy", json={"week_start": "2026-12-07"})
    assert nothing.status_code == 404
    sent = await act(kitchen, draft, "submit")
    copied = await kitchen.post("/forecasts/copy", json={"week_start": "2026-12-07"})
    assert copied.status_code == 201
    shown = copied.json()
    assert (shown["copied_from_id"], shown["skipped_dates"], shown["source"]) == (sent.json()["id"], [], "copy")
    assert [line["needed_date"] for line in shown["lines"]] == ["2026-12-07", "2026-12-11"]


async def test_lists_are_narrowed_and_read_page_by_page(kitchen, draft, clock, world):
    await act(kitchen, draft, "submit")
    clock.advance(minutes=1)
    body = {"week_start": "2026-12-07", "lines": [{**RICE, "needed_date": "2026-12-07"}]}
    newer = (await kitchen.post("/forecasts", json=body)).json()
    first = (await kitchen.get("/forecasts", params={"limit": 1})).json()
    assert [known["id"] for known in first["items"]] == [newer["id"]]
    rest = (await kitchen.get("/forecasts", params={"limit": 1, "after": first["next_cursor"]})).json()
    assert [known["id"] for known in rest["items"]] == [draft.json()["id"]]
    assert rest["next_cursor"] is None
    for narrowed, found in (
        ({"week_start": "2026-12-07"}, [newer["id"]]),
        ({"status": "submitted"}, [draft.json()["id"]]),
        ({"item_code": "TEMPE"}, [draft.json()["id"]]),
        ({"kitchen_id": str(world.cooperative.id)}, []),
    ):
        assert [known["id"] for known in (await kitchen.get("/forecasts", params=narrowed)).json()["items"]] == found


async def test_the_city_sees_the_regions_forecasts_and_others_see_none(client_as, draft, foreign_world, world):
    address = f"/forecasts/{draft.json()['id']}"
    operator = client_as(Role.CITY_OPERATOR)
    assert [known["kitchen_id"] for known in (await operator.get("/forecasts")).json()["items"]] == [
        str(world.kitchen.id)
    ]
    assert (await operator.get(address)).status_code == 200
    assert (await operator.post("/forecasts", json=BODY)).status_code == 403
    assert (await client_as(Role.COOP_OFFICER).get("/forecasts")).status_code == 403
    for stranger in (client_as(Role.KITCHEN_HEAD, foreign_world), client_as(Role.CITY_OPERATOR, foreign_world)):
        assert (await stranger.get("/forecasts")).json()["items"] == []
        assert (await stranger.get(address)).status_code == 404
        assert (await stranger.get(f"{address}/revisions")).status_code == 404
    refused = await act(client_as(Role.KITCHEN_HEAD, foreign_world), draft, "submit")
    assert refused.status_code == 404
    assert (await operator.get("/forecasts/01938f3a-5c00-7000-8000-000000000001")).status_code == 404


async def test_a_field_assistant_reads_and_does_not_write(client_as, draft):
    assistant = client_as(Role.FIELD_ASSISTANT)
    assert (await assistant.get("/forecasts")).json()["items"][0]["id"] == draft.json()["id"]
    assert (await act(assistant, draft, "submit")).status_code == 403


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-27"])
async def test_a_day_beyond_all_calendars_is_refused(kitchen, day):
    refused = await kitchen.post("/forecasts", json={"week_start": day, "lines": [{**RICE, "needed_date": day}]})
    assert [fault["field"] for fault in refused.json()["errors"]] == ["lines.0.needed_date", "week_start"]
    assert (await kitchen.get("/forecasts", params={"week_start": day})).status_code == 422
