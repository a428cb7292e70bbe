"""The start page of the city's people: how ready the week is, and the one thing to do next."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Response

from service.database.queries.fallen_lines import count_fallen_lines
from service.database.queries.orders import OrderFilter, list_orders
from service.database.queries.runs import find_active_run
from service.database.queries.week_readiness import item_balances, who_posts
from service.database.queries.week_reminders import reminded_ids
from service.domain.organisations import OrganisationKind
from service.domain.permissions import Action
from service.domain.plans import Plan, PlanStatus
from service.domain.week_reminders import REMINDED_KINDS, to_remind
from service.web.city_week import CityWeek, plans_of, week_in_view
from service.web.page import PageView
from service.web.routes import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MOST_ORDERS: Final = 500


async def show_city_home(page: PageView) -> Response:
    """Show how ready the week is and what is to be done next."""
    week = await week_in_view(page)
    session, region_code = page.work.session, page.caller.region_code
    posters = await who_posts(session, region_code=region_code, week_start=week.week_start)
    plans = await plans_of(page, week.week_start)
    active = await find_active_run(session, region_code=region_code, week_start=week.week_start)
    published = next((plan for plan in plans if plan.status is PlanStatus.PUBLISHED), None)
    proposed = next((plan for plan in plans if plan.status is PlanStatus.PROPOSED), None)
    answers = await _answers(page, week, published)
    groups = [
        (kind.value, [poster for poster in posters if poster.organisation.kind is kind])
        for kind in (OrganisationKind.KITCHEN, OrganisationKind.COOPERATIVE, OrganisationKind.WHOLESALER)
    ]
    kitchens = groups[0][1]
    missing = [poster for poster in posters if not poster.has_posted]
    silent = to_remind(poster.organisation for poster in missing)
    reminded = await reminded_ids(session, region_code=region_code, week_start=week.week_start, day=await page.today())
    step = _next_step(
        is_running=active is not None,
        published=published,
        proposed=proposed,
        answers=answers,
        has_demand=any(kitchen.has_posted for kitchen in kitchens),
        is_waiting=bool(missing) and not week.has_passed,
    )
    return await page.show(
        "city_home.html",
        week=week,
        groups=groups,
        missing=missing,
        reminded=reminded,
        to_remind=[one for kind in REMINDED_KINDS for one in silent[kind] if one.id not in reminded],
        step=step,
        active=active,
        published=published,
        proposed=proposed,
        answers=answers,
        balances=await item_balances(session, region_code=region_code, week_start=week.week_start),
    )


def _next_step(
    *,
    is_running: bool,
    published: Plan | None,
    proposed: Plan | None,
    answers: dict[str, Any],
    has_demand: bool,
    is_waiting: bool,
) -> str:
    """Return which of the things to do comes first: a key of the template."""
    steps = (
        (is_running, "running"),
        (answers["fallen"] > 0, "fallen"),
        (proposed is not None, "review"),
        (published is not None and answers["waiting"] > 0, "answers"),
        (published is not None, "under_way"),
        (is_waiting or not has_demand, "remind"),
    )
    return next((name for holds, name in steps if holds), "start")


async def _answers(page: PageView, week: CityWeek, published: Plan | None) -> dict[str, Any]:
    """Return how many orders of the week wait for an answer, and how many lines fell and are still needed."""
    if published is None:
        return {"orders": 0, "waiting": 0, "fallen": 0}
    session, region_code = page.work.session, page.caller.region_code
    orders = await list_orders(
        session,
        region_code=region_code,
        wanted=OrderFilter(week_start=week.week_start),
        after=None,
        limit=MOST_ORDERS,
    )
    fallen = 0
    if page.may(Action.ORDERS_MOVE):
        today = await page.today()
        fallen = await count_fallen_lines(session, region_code=region_code, week_start=week.week_start, after_day=today)
    return {"orders": len(orders), "waiting": sum(row.waiting_count > 0 for row in orders), "fallen": fallen}
