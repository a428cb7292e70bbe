"""The city's start page, and the pages of matching runs."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from service.domain.calendars import week_of
from service.domain.people import Role
from service.domain.runs import MatchingRun, RunStatus
from service.web.city_week import week_asked
from tests.factories.plans import WEEK, new_forecast, new_forecast_line, new_offer, new_policy, new_run
from tests.factories.things import add_catalogue_things, add_things


@pytest.fixture
async def things(session, world):
    return await add_catalogue_things(session) | await add_things(session, world)


async def test_the_start_page_names_who_has_not_posted(page_as, world, things):
    page = await page_as(Role.CITY_OPERATOR).get("/?week=2030-01-07")
    assert page.status_code == 200
    assert world.kitchen.name in page.text
    assert world.cooperative.name in page.text
    assert "belum mengirim" in page.text


async def test_who_has_posted_is_not_asked_again(page_as, session, world):
    await add_catalogue_things(session)
    forecast, offer = new_forecast(world.kitchen), new_offer(world.cooperative)
    session.add_all([new_policy(), forecast, offer])
    await session.flush()
    session.add(new_forecast_line(forecast))
    await session.flush()
    page = await page_as(Role.CITY_OPERATOR).get(f"/?week={WEEK}")
    missing = page.text.partition('id="not-posted"')[2]
    assert world.kitchen.name not in missing
    assert world.cooperative.name not in missing
    assert world.wholesaler.name in missing


async def test_without_a_policy_the_start_page_stands(page_as, world):
    for role in (Role.CITY_OPERATOR, Role.FOOD_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR):
        assert (await page_as(role).get("/")).status_code == 200


async def test_who_only_looks_finds_every_page_of_theirs_on_the_start_page(page_as, things):
    for role in (Role.FOOD_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR):
        page = await page_as(role).get("/")
        assert '<a class="card" href="/plans">' in page.text
        assert "Mulai pencocokan" not in page.text


async def test_a_run_is_started_and_led_to(page_as, session, things):
    browser = page_as(Role.CITY_OPERATOR)
    fields = {"form": "run", "at": "/runs", "week_start": "2030-01-07", "time_limit_s": "60", "once": "a"}
    started = await browser.post("/runs", data=fields)
    assert started.status_code == 303, started.text
    run = (await session.scalars(sa.select(MatchingRun).order_by(MatchingRun.created_at.desc()).limit(1))).one()
    assert (run.status, run.time_limit_s) == (RunStatus.QUEUED, 60)
    watched = await browser.get(started.headers["Location"])
    assert "Pencocokan dimulai" in watched.text
    assert 'hx-trigger="every 2s"' in watched.text
    stopped = await browser.post(f"/runs/{run.id}/cancel", data={"once": "b"})
    assert "Pencocokan dibatalkan" in (await browser.get(stopped.headers["Location"])).text


async def test_a_second_run_of_a_week_is_refused_in_indonesian(page_as, session, world):
    policy = new_policy()
    session.add(policy)
    await session.flush()
    session.add(new_run(policy, status=RunStatus.QUEUED))
    await session.flush()
    fields = {"form": "run", "at": "/runs", "week_start": WEEK.isoformat(), "time_limit_s": "77"}
    refused = await page_as(Role.CITY_OPERATOR).post("/runs", data=fields)
    assert refused.status_code == 409
    assert "Pencocokan minggu ini sedang berjalan" in refused.text
    assert 'value="77"' in refused.text


async def test_a_limit_that_is_no_number_is_told_beside_its_field(page_as, things):
    fields = {"form": "run", "at": "/runs", "week_start": "2030-01-07", "time_limit_s": "lama"}
    refused = await page_as(Role.CITY_OPERATOR).post("/runs", data=fields)
    assert refused.status_code == 422
    assert 'id="run-time_limit_s-wrong"' in refused.text
    assert 'value="lama"' in refused.text


async def test_a_run_that_works_shows_both_lines_and_nothing_runs_in_the_page(page_as, session, world):
    policy = new_policy()
    session.add(policy)
    await session.flush()
    points = [
        {"elapsed_s": 1.0, "objective_idr": 900, "bound_idr": 500, "phase": "repair"},
        {"elapsed_s": 2.0, "objective_idr": 700, "bound_idr": 650, "phase": "repair"},
    ]
    run = new_run(policy, status=RunStatus.RUNNING, progress=points)
    session.add(run)
    await session.flush()
    page = await page_as(Role.AUDITOR).get(f"/runs/{run.id}/progress")
    assert len(re.findall(r"<polyline", page.text)) == 2
    assert "640.0,120.0" in page.text  # at the end the plan stands half way up
    assert "Batalkan" not in page.text  # an auditor only watches


def test_a_week_in_an_address_is_any_of_its_days():
    assert week_asked((WEEK + timedelta(days=3)).isoformat()) == week_of(WEEK)
    assert week_asked("kemarin") is None
