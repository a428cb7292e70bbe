"""A kitchen's week at a glance, and what it is told to do next."""

import uuid
from datetime import timedelta

import pytest

from service.domain.forecasts import ForecastStatus
from service.domain.items import Substitution
from service.domain.people import Role
from service.domain.plans import PlanStatus, Shortage, ShortageCause
from tests.factories.items import new_item
from tests.factories.orders import new_order, new_order_line
from tests.factories.plans import (
    WEEK,
    new_forecast,
    new_forecast_line,
    new_plan,
    new_policy,
    new_run,
)


@pytest.fixture
async def published(session, world):
    """A published week of which the kitchen lacks something."""
    policy = new_policy(world.region_code)
    session.add_all([policy, new_item("RICE-M", name_id="Beras medium")])
    await session.flush()
    run = new_run(policy)
    session.add(run)
    await session.flush()
    plan, forecast = new_plan(run, status=PlanStatus.PUBLISHED), new_forecast(world.kitchen)
    session.add_all([plan, forecast])
    await session.flush()
    line = new_forecast_line(forecast)
    order = new_order(plan_id=plan.id, cooperative_id=world.cooperative.id, region_code=world.region_code)
    session.add_all([line, order])
    await session.flush()
    held = new_order_line(order, kitchen_id=world.kitchen.id, needed_date=WEEK, ordered_qty=1_000)
    short = Shortage(
        id=uuid.uuid4(),
        plan_id=plan.id,
        forecast_line_id=line.id,
        kitchen_id=world.kitchen.id,
        cause=ShortageCause.UNMATCHED,
        item_code=line.item_code,
        needed_date=line.needed_date,
        demanded_qty=line.demanded_qty,
        short_qty=1_000,
        reasons=[{"code": "capital_used_up"}],
        contested=[],
    )
    session.add_all([held, short])
    await session.flush()
    return plan


async def test_the_week_says_what_is_short_and_why_in_words(page_as, published):
    page = await page_as(Role.KITCHEN_HEAD).get(f"/weeks/{WEEK}")
    assert page.status_code == 200
    assert "Yang masih kurang" in page.text
    assert "Modal koperasi tidak cukup untuk membeli lebih banyak." in page.text
    assert "Boleh diganti" not in page.text


async def test_the_week_names_what_may_stand_in_for_what_is_short(page_as, session, published):
    session.add(new_item("RICE-P", name_id="Beras premium"))
    await session.flush()
    session.add(Substitution(item_code="RICE-M", substitute_code="RICE-P", covers_bp=10_000, penalty_idr=0))
    await session.flush()
    page = await page_as(Role.KITCHEN_HEAD).get(f"/weeks/{WEEK}")
    assert "Boleh diganti: Beras premium 39 kg" in " ".join(page.text.split())


async def test_the_goods_of_a_week_are_shown_with_their_cooperative_and_state(page_as, published, world):
    page = await page_as(Role.FIELD_ASSISTANT).get(f"/weeks/{WEEK}/goods")
    assert world.cooperative.name in page.text
    assert "menunggu jawaban koperasi" in page.text


@pytest.mark.parametrize(
    ("status", "words"),
    [(None, "belum dikirim"), (ForecastStatus.DRAFT, "masih konsep"), (ForecastStatus.SUBMITTED, "sudah dikirim")],
)
async def test_a_week_ahead_says_how_far_it_is(page_as, session, world, status, words):
    week = WEEK + timedelta(days=371)
    session.add(new_policy(world.region_code))
    if status is not None:
        session.add(new_forecast(world.kitchen, week_start=week, status=status))
    await session.flush()
    page = await page_as(Role.KITCHEN_ACCOUNTANT).get(f"/weeks/{week}")
    assert words in page.text


async def test_a_day_that_is_no_monday_is_told_on_a_page(page_as):
    page = await page_as(Role.KITCHEN_HEAD).get("/weeks/2026-12-01")
    assert page.status_code == 422


async def test_the_city_is_led_to_its_own_pages(page_as):
    page = await page_as(Role.CITY_OPERATOR).get("/weeks")
    assert page.headers["Location"] == "/"


async def test_the_menu_leads_to_the_week_that_wants_attention(page_as, world):
    page = await page_as(Role.FIELD_ASSISTANT).get("/weeks")
    assert page.status_code == 303
    assert page.headers["Location"].startswith("/weeks/2")
