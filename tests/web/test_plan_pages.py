"""Plans for the city: reviewed, published, refused, questioned."""

import re

import pytest
import sqlalchemy as sa

from service.domain.people import Role
from service.domain.plans import Plan, PlanStatus
from service.domain.runs import MatchingRun, RunKind
from tests.factories.plans import new_plan, new_policy, new_run
from tests.factories.things import _figures, add_catalogue_things, add_things


@pytest.fixture
async def things(session, world):
    return await add_catalogue_things(session) | await add_things(session, world)


@pytest.fixture
async def proposed(session, world, things):
    """A plan that is not published, of an empty run."""
    policy = new_policy(number=2)
    session.add(policy)
    await session.flush()
    run = new_run(policy)
    session.add(run)
    await session.flush()
    plan = new_plan(run, figures=_figures())
    session.add(plan)
    await session.flush()
    return plan


async def test_a_plan_is_shown_with_what_to_do_next(page_as, proposed):
    page = await page_as(Role.CITY_OPERATOR).get(f"/plans/{proposed.id}")
    assert page.status_code == 200
    assert f"/plans/{proposed.id}/publish" in page.text
    assert "Cara manual" in page.text
    watched = await page_as(Role.AUDITOR).get(f"/plans/{proposed.id}")
    assert f"/plans/{proposed.id}/publish" not in watched.text


async def test_a_plan_is_discarded_in_the_version_that_was_seen(page_as, session, proposed):
    browser = page_as(Role.CITY_OPERATOR)
    fields = {"form": "discard", "at": f"/plans/{proposed.id}", "version": str(proposed.version + 1)}
    late = await browser.post(f"/plans/{proposed.id}/discard", data=fields | {"once": "a"})
    assert late.status_code == 412
    assert "Sudah diubah orang lain" in late.text
    left = await browser.post(f"/plans/{proposed.id}/discard", data=fields | {"version": str(proposed.version)})
    assert "Rencana dibuang" in (await browser.get(left.headers["Location"])).text
    status = await session.scalar(sa.select(Plan.status).where(Plan.id == proposed.id))
    assert status is PlanStatus.DISCARDED


async def test_a_week_that_is_planned_already_refuses_a_second_plan_in_indonesian(page_as, session, proposed):
    at = f"/plans/{proposed.id}/publish"
    fields = {"form": "publish", "at": at, "version": str(proposed.version)}
    refused = await page_as(Role.CITY_OPERATOR).post(at, data=fields)
    assert refused.status_code == 409
    assert "Rencana minggu ini sudah terbit" in refused.text
    assert "Jalankan pencocokan sekali lagi" in refused.text


async def test_what_is_short_is_told_with_its_reason_and_leads_to_why(page_as, world, things):
    plan_id, line_id = things["plan_id"].value, things["forecast_line_id"].value
    browser = page_as(Role.FOOD_OFFICER)
    assert (await browser.get(f"/plans/{plan_id}/shortages?kitchen={world.kitchen.id}&cause=unmatched")).is_success
    assert (await browser.get(f"/plans/{plan_id}/shortages?kitchen=apa&cause=apa")).is_success
    why = await browser.get(f"/plans/{plan_id}/shortages/{line_id}")
    assert why.is_success
    assert "Mengapa" in why.text


async def test_deliveries_are_narrowed_by_the_address(page_as, world, things):
    plan_id = things["plan_id"].value
    browser = page_as(Role.CITY_OPERATOR)
    all_lines = await browser.get(f"/plans/{plan_id}/lines")
    assert f"/plans/{plan_id}/lines/{things['allocation_id'].value}" in all_lines.text
    none = await browser.get(f"/plans/{plan_id}/lines?item=RICE-P")
    assert "Tidak ada kiriman di sini" in none.text


async def test_the_map_tells_places_and_weights(page_as, world, things):
    data = (await page_as(Role.AUDITOR).get(f"/plans/{things['plan_id'].value}/map-data")).json()
    assert [flow["names"] for flow in data["flows"]] == [[world.cooperative.name, world.kitchen.name]]
    assert data["flows"][0]["kg"] > 0
    assert all(-90 <= one["at"][0] <= 90 for one in data["cooperatives"])


async def test_a_what_if_asks_for_what_was_moved_alone(page_as, session, things):
    plan_id = things["plan_id"].value
    browser = page_as(Role.CITY_OPERATOR)
    known = _numbers((await browser.get(f"/plans/{plan_id}/what-ifs")).text)
    fields = known | {"form": "what-if", "at": f"/plans/{plan_id}/what-ifs", "demand_percent": "120"}
    asked = await browser.post(f"/plans/{plan_id}/what-ifs", data=fields)
    assert asked.status_code == 303, asked.text
    run = (
        await session.scalars(sa.select(MatchingRun).where(MatchingRun.kind == RunKind.WHAT_IF).order_by(
            MatchingRun.created_at.desc()).limit(1))
    ).one()  # fmt: skip
    assert run.scenario["asked"] == {"demand": [{"scale_bp": 12_000}]}
    assert "Kebutuhan 120% dari sekarang" in (await browser.get(asked.headers["Location"])).text


async def test_a_what_if_without_a_change_is_refused_beside_its_field(page_as, things):
    plan_id = things["plan_id"].value
    browser = page_as(Role.CITY_OPERATOR)
    known = _numbers((await browser.get(f"/plans/{plan_id}/what-ifs")).text)
    fields = known | {"form": "what-if", "at": f"/plans/{plan_id}/what-ifs"}
    refused = await browser.post(f"/plans/{plan_id}/what-ifs", data=fields)
    assert refused.status_code == 422
    assert 'id="what-if-demand_percent-wrong"' in refused.text


async def test_a_what_if_takes_goods_that_nobody_offers_yet(page_as, session, world, things):
    plan_id, item = things["plan_id"].value, things["item_code"].value
    browser, path = page_as(Role.CITY_OPERATOR), f"/plans/{plan_id}/what-ifs"
    page = (await browser.get(path)).text
    fields = _numbers(page) | {"form": "what-if", "at": path, "cooperative.0": world.cooperative.code, "item.0": item}
    refused = await browser.post(path, data=fields | {"qty.0": "dua ton", "price.0": ""})
    assert refused.status_code == 422
    assert 'id="what-if-qty.0-wrong"' in refused.text
    assert 'id="what-if-price.0-wrong"' in refused.text
    asked = await browser.post(path, data=fields | {"qty.0": "2000 kg", "price.0": "7.500"})
    assert asked.status_code == 303, asked.text
    query = sa.select(MatchingRun).where(MatchingRun.kind == RunKind.WHAT_IF).order_by(MatchingRun.created_at.desc())
    [offer] = (await session.scalars(query.limit(1))).one().scenario["asked"]["offers"]
    assert (offer["cooperative"], offer["offered_qty"], offer["price_idr"]) == (
        world.cooperative.code,
        2_000_000,
        7_500,
    )
    assert world.cooperative.name in (await browser.get(asked.headers["Location"])).text


async def test_any_two_plans_of_a_week_are_compared(page_as, things, proposed):
    plan_id = things["plan_id"].value
    browser = page_as(Role.CITY_OPERATOR)
    chooser = await browser.get(f"/plans/{plan_id}/changes?from=")
    assert f'value="{proposed.id}"' in chooser.text
    compared = await browser.get(f"/plans/{plan_id}/changes?from={plan_id}")
    assert "Tidak ada baris pengiriman yang berubah" in compared.text
    assert "Menurut sebab" not in compared.text
    unsolved = await browser.get(f"/plans/{plan_id}/changes?from={proposed.id}")
    assert (unsolved.status_code, "tidak disimpan" in unsolved.text) == (409, True)


async def test_the_cost_of_rules_is_asked_for_once(page_as, proposed):
    browser = page_as(Role.CITY_OPERATOR)
    assert "Hitung biaya aturan" in (await browser.get(f"/plans/{proposed.id}/rule-costs")).text


def _numbers(text: str) -> dict[str, str]:
    return dict(re.findall(r'<input id="what-if-\w+" name="(\w+)" type="text" value="(\d+)"', text))
