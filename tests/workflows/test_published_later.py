"""A plan is published some time after it was made: what the law says by then, and who came in meanwhile."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from service.domain.errors import PlanOutdated
from service.domain.organisations import OrganisationKind
from service.workflows.publish_plan import PublishPlan, publish_plan
from service.workflows.resume_supply import resume_week
from tests.factories.catalogue import new_cap
from tests.factories.organisations import completed, new_organisation
from tests.factories.planned_weeks import add_planned_week
from tests.factories.plans import OFFER_PRICE_IDR, WEEK, new_forecast, new_forecast_line


@pytest.fixture
async def week(session):
    return await add_planned_week(session, kitchens=3, cooperatives=2, items=2, days=2)


@pytest.mark.parametrize("item_code", ["ITEM-00", "ITEM-01"])
async def test_goods_above_a_cap_that_was_set_after_the_plan_was_made_are_refused(work, session, week, item_code):
    session.add(new_cap(item_code, price_idr=OFFER_PRICE_IDR - 4000))
    await session.flush()

    with pytest.raises(PlanOutdated, match="The cap is Rp 12,000 on 2026-1") as refusal:
        await publish_plan(replace(work, actor=week.operator), PublishPlan(week.plan.id, 1))

    assert {change["code"] for change in refusal.value.facts["changes"]} == {"cap_exceeded"}


async def test_a_kitchen_that_came_in_after_the_plan_was_made_is_looked_after(work, session, week):
    """It sent its draft after the cut-off, or was suspended while the week was read."""
    late = new_organisation(OrganisationKind.KITCHEN, code="K100")
    session.add(late)
    await session.flush()
    session.add_all(completed(late)[1:])
    await session.flush()
    forecast = new_forecast(late)
    session.add(forecast)
    await session.flush()
    session.add(new_forecast_line(forecast, "ITEM-00", needed_date=WEEK))
    await session.flush()
    await publish_plan(replace(work, actor=week.operator), PublishPlan(week.plan.id, 1))

    jobs = "SELECT args->>'organisation_id' FROM procrastinate_jobs WHERE task_name = 'resume_supply'"
    assert list(await session.scalars(sa.text(jobs))) == [str(late.id)]
    assert await resume_week(work, WEEK, late.id)
