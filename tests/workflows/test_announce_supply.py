"""Each kitchen hears once what a published plan means for its goods: who brings what anew, what stays short and why."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from service.domain.forecast_entries import ForecastEntry, LineEntry
from service.domain.forecasts import Forecast, ForecastLine, ForecastStatus
from service.domain.items import Item, Substitution
from service.domain.notifications import NOTICES, Notification
from service.domain.orders import Order, OrderLine
from service.domain.pending_decisions import DecisionAbout, PendingDecision
from service.domain.people import Role
from service.domain.plans import Plan, Shortage, ShortageCause
from service.workflows.correct_forecast import CorrectForecast, correct_forecast
from service.workflows.publish_plan import PublishPlan, publish_plan
from service.workflows.tell_events import tell_events
from service.workflows.tell_people import Linking
from tests.factories.items import new_item
from tests.factories.plans import LINE_QTY, WEEK
from tests.factories.repairs import answer, cannot_drive, nothing_of, repaired, serving
from tests.factories.runs import plans_of, rows, start, work_on


async def publish(units, city, plan):
    async with units.begin(actor=city.operator) as work:
        return await publish_plan(work, PublishPlan(plan.id, plan.version))


@pytest.fixture
async def published(real_units, city) -> Plan:
    run = await start(real_units, city)
    await work_on(real_units, run)
    (plan,) = await plans_of(real_units, run)
    await publish(real_units, city, plan)
    return plan


async def told(units, kind):
    await tell_events(units, Linking("https://pasok.example.id/", "secret"))
    return {one.user_id: one.text for one in await rows(units, Notification, kind=kind)}


def new_pending(plan, order_id):
    at, day = plan.created_at, plan.week_start
    week = {"region_code": plan.region_code, "week_start": day, "first_day": day}
    return PendingDecision(subject_id=order_id, about=DecisionAbout.FALLEN_LINES, told_at=at, remind_at=at, **week)


def heads(city, kitchen_ids):
    return {city.users[Role.KITCHEN_HEAD, kitchen_id].id for kitchen_id in kitchen_ids}


async def test_kitchens_whose_goods_a_repair_finds_hear_who_brings_them_in_one_message(real_units, city, published):
    assert await told(real_units, "supply_short") == {}, "the first plan covers all"
    first, *_ = await serving(real_units, city)
    lost = await answer(real_units, city, first, cannot_drive)
    plan, _ = await repaired(real_units, city)
    async with real_units.begin() as work:
        work.session.add(new_pending(plan, lost[0].order_id))
    done = await publish(real_units, city, plan)

    assert await rows(real_units, PendingDecision) == [], "the operator has acted"
    texts = await told(real_units, "supply_repaired")

    assert texts.keys() == heads(city, {line.kitchen_id for line in lost})
    givers = {order.id: order.cooperative_id for order in done.orders}
    names = {cooperative.id: cooperative.name for cooperative in city.cooperatives}
    for line in await rows(real_units, OrderLine):
        if line.order_id in givers:
            (reader,) = heads(city, {line.kitchen_id})
            assert names[givers[line.order_id]] in texts[reader]
    text = next(iter(texts.values()))
    assert text.startswith("Hasil pencarian pemasok untuk dapur Anda, minggu Sen 30 Nov.\nSudah diminta dari pemasok")
    assert text.endswith(f"\nSelengkapnya: https://pasok.example.id/weeks/{WEEK}/goods")


async def test_what_a_repair_leaves_short_is_told_with_its_cause_and_what_could_stand_in(real_units, city, published):
    async with real_units.begin() as work:
        one, other = city.items[0].code, city.items[2].code  # of stocks that a decline blocks
        tempe = new_item("TEMPE", name_id="Tempe")
        work.session.add(tempe)
        await work.session.flush()
        swap = {"substitute_code": tempe.code, "covers_bp": 10_000, "penalty_idr": 0}
        work.session.add_all([Substitution(item_code=code, **swap) for code in (one, other)])
        await work.session.execute(sa.update(ForecastLine).values(can_substitute=ForecastLine.item_code == one))
        await work.session.execute(sa.update(Item).values(name_id=Item.code).where(Item.code != tempe.code))
    for place in await serving(real_units, city):
        await answer(real_units, city, place, nothing_of)
    plan, _ = await repaired(real_units, city)
    await publish(real_units, city, plan)

    texts = await told(real_units, "supply_repaired")

    short = await rows(real_units, Shortage, plan_id=plan.id, cause=ShortageCause.UNMATCHED)
    assert texts.keys() == heads(city, {row.kitchen_id for row in short})
    said = [line for text in texts.values() for line in text.partition("\nMasih kurang:\n")[2].splitlines()]
    of_one = [line for line in said if line.startswith(f"- {one} 40 kg, Sen 30 Nov: ")]
    of_other = [line for line in said if line.startswith(f"- {other} 40 kg, Sen 30 Nov: ")]
    assert of_one
    assert all(line.endswith(". Bisa diganti: Tempe.") for line in of_one)
    assert of_other
    assert not any("Bisa diganti" in line for line in of_other), "the kitchen wants nothing else"


async def test_what_was_short_before_is_no_news(real_units, city, published):
    for place in await serving(real_units, city):
        await answer(real_units, city, place, nothing_of)
    plan, _ = await repaired(real_units, city)
    await publish(real_units, city, plan)
    before = await told(real_units, "supply_repaired")
    again, _ = await repaired(real_units, city)
    await publish(real_units, city, again)

    await tell_events(real_units)
    assert len(await rows(real_units, Notification, kind="supply_repaired")) == len(before) > 0


@pytest.fixture
async def without_one_item(real_units, city):
    """The first plan is published, and nobody has the second item."""
    async with real_units.begin() as work:
        gone = city.items[1].code
        await work.session.execute(sa.text("DELETE FROM allocation"))
        await work.session.execute(sa.text("DELETE FROM offer WHERE item_code = :code"), {"code": gone})
    run = await start(real_units, city)
    await work_on(real_units, run)
    (plan,) = await plans_of(real_units, run)
    await publish(real_units, city, plan)


@pytest.mark.usefixtures("without_one_item")
@pytest.mark.parametrize(("tuesday_qty", "is_news"), [(LINE_QTY - 10_000, False), (LINE_QTY + 10_000, True)])
async def test_a_corrected_forecast_makes_no_news_of_what_was_told(real_units, city, clock, tuesday_qty, is_news):
    clock.now = datetime(2026, 11, 27, 3, tzinfo=UTC)
    gone, tuesday = city.items[1].code, WEEK + timedelta(days=1)
    (wrong,) = await rows(real_units, Forecast, kitchen_id=city.kitchens[0].id, status=ForecastStatus.SUBMITTED)
    lines = await rows(real_units, ForecastLine, forecast_id=wrong.id)
    qty = {(line.item_code, line.needed_date): line.demanded_qty for line in lines} | {(gone, tuesday): tuesday_qty}
    entry = ForecastEntry(lines=tuple(LineEntry(*key, wanted) for key, wanted in qty.items()))
    async with real_units.begin(actor=city.head()) as work:
        await correct_forecast(work, CorrectForecast(wrong.id, wrong.version, "a school closes", entry))
    plan, _ = await repaired(real_units, city)
    await publish(real_units, city, plan)

    texts = await told(real_units, "supply_repaired")

    assert texts.keys() == (heads(city, {city.kitchens[0].id}) if is_news else set())
    assert [row["before_qty"] for row in plan.repair["new_shortages"]] == ([LINE_QTY] if is_news else [])


@pytest.mark.usefixtures("without_one_item")
async def test_a_first_plan_with_shortages_tells_the_kitchens_that_lack_goods(real_units, city):

    texts = await told(real_units, "supply_short")

    assert texts.keys() == heads(city, {kitchen.id for kitchen in city.kitchens})
    text = next(iter(texts.values()))
    assert "sudah terbit, tetapi belum semua" in text
    assert (
        f"\nMasih kurang:\n- {city.items[1].name_id} 40 kg, Sen 30 Nov: belum ada pemasok yang bisa mengirim." in text
    )
    assert "Sudah diminta" not in text
    assert await rows(real_units, Order) != []


def test_heads_and_assistants_of_kitchens_hear_of_their_supply():
    assert NOTICES["supply.planned"].roles == {Role.KITCHEN_HEAD, Role.FIELD_ASSISTANT}
