"""Questions about a plan: why short, why this cooperative, was it worth it, what a rule costs, what changed."""

from __future__ import annotations

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.dependencies import allows
from service.api.plan_views import require_plan
from service.api.routers.answers import read_rule_costs
from service.api.schemas.answers import ChosenLineOut, ShortLineOut
from service.api.schemas.plan_answers import PlanChangesOut, WorthOut
from service.database.queries.entry_facts import read_items
from service.database.queries.plans import list_plans
from service.domain.errors import NotFound
from service.domain.permissions import Action
from service.domain.plan_answers import Question as LongQuestion
from service.domain.plans import Plan, PlanStatus
from service.web.asked import answer_to, show_waiting
from service.web.city_members import names_by_code
from service.web.filters import BLANK
from service.web.page import Page, PageView
from service.web.routes import PageRoute
from service.workflows.ask_at_length import AskAtLength, ask_at_length
from service.workflows.question_about_plan import ask_changes, ask_chosen_line, ask_short_line, ask_worth

router = APIRouter(route_class=PageRoute, include_in_schema=False)

READ: Final = allows(Action.RUNS_READ)
MOST_PLANS: Final = 40
"""Of one week, to compare with."""


@router.get("/plans/{plan_id}/shortages/{forecast_line_id}", dependencies=[READ])
async def show_why_short(plan_id: UUID, forecast_line_id: UUID, page: Page) -> Response:
    """Say why a line is short, who got the goods, and what would help."""
    question = await ask_short_line(page.work, plan_id, forecast_line_id)
    names, items = await _names(page)
    found = await answer_to(page, question)
    if found is None:
        return await show_waiting(page, back=f"/plans/{plan_id}/shortages")
    answer = ShortLineOut.model_validate(found)
    return await page.show("plans/why_short.html", plan_id=plan_id, answer=answer, names=names, items=items)


@router.get("/plans/{plan_id}/lines/{allocation_id}", dependencies=[READ])
async def show_why_chosen(plan_id: UUID, allocation_id: UUID, page: Page) -> Response:
    """Compare a delivery with the next best ways."""
    question = await ask_chosen_line(page.work, plan_id, allocation_id)
    names, items = await _names(page)
    found = await answer_to(page, question)
    if found is None:
        return await show_waiting(page, back=f"/plans/{plan_id}/lines")
    answer = ChosenLineOut.model_validate(found)
    return await page.show("plans/why_chosen.html", plan_id=plan_id, answer=answer, names=names, items=items)


@router.get("/plans/{plan_id}/worth", dependencies=[READ])
async def show_worth(plan_id: UUID, page: Page) -> Response:
    """Set a plan beside the clerk's way and last week's pattern."""
    question = await ask_worth(page.work, plan_id)
    await page.reader()
    found = await answer_to(page, question)
    if found is None:
        return await show_waiting(page, back=f"/plans/{plan_id}")
    answer = WorthOut.model_validate(found)
    return await page.show("plans/worth.html", plan_id=plan_id, answer=answer)


@router.get("/plans/{plan_id}/changes", dependencies=[READ])
async def show_changes(
    plan_id: UUID, page: Page, earlier_id: Annotated[UUID | None, BLANK, Query(alias="from")] = None
) -> Response:
    """Say what differs from another plan of the week, and why; of a repair at first from the plan that it repairs."""
    plan = await require_plan(page.work, page.caller, plan_id)
    others = [one for one in await _plans_of_week(page, plan) if one.id != plan_id]
    if earlier_id is None and plan.repair:
        earlier_id = UUID(str(plan.repair["plan_id"]))
    shown: dict[str, Any] = {"plan_id": plan_id, "others": others, "earlier_id": earlier_id}
    if earlier_id is None:
        return await page.show("plans/changes.html", **shown, answer=None, names={}, items={})
    question = await ask_changes(page.work, plan_id, earlier_id)
    names, items = await _names(page)
    found = await answer_to(page, question)
    if found is None:
        return await show_waiting(page, back=f"/plans/{plan_id}")
    answer = PlanChangesOut.model_validate(found)
    return await page.show("plans/changes.html", **shown, answer=answer, names=names, items=items)


async def _plans_of_week(page: PageView, plan: Plan) -> list[Plan]:
    return await list_plans(
        page.work.session,
        region_code=plan.region_code,
        week_start=plan.week_start,
        statuses=frozenset(PlanStatus),
        after=None,
        limit=MOST_PLANS,
    )


@router.get("/plans/{plan_id}/rule-costs", dependencies=[READ])
async def show_rule_costs(plan_id: UUID, page: Page) -> Response:
    """Show what each rule of the policy costs, if somebody has asked."""
    await require_plan(page.work, page.caller, plan_id)
    try:
        asked = await read_rule_costs(plan_id, page.work, page.language)
    except NotFound:  # nobody has asked yet
        asked = None
    return await page.show("plans/rule_costs.html", plan_id=plan_id, asked=asked)


@router.post("/plans/{plan_id}/rule-costs", dependencies=[allows(Action.RUNS_WRITE)])
async def ask_rule_costs(plan_id: UUID, page: Page) -> Response:
    """Ask what each rule costs; a worker finds out."""
    await ask_at_length(page.work, AskAtLength(plan_id, LongQuestion.RULE_COSTS))
    return page.leave(f"/plans/{plan_id}/rule-costs", said="asked")


async def _names(page: PageView) -> tuple[dict[str, str], dict[str, Any]]:
    """Read all that the page will need: after the answer the database is out of reach."""
    await page.reader()
    return await names_by_code(page), await read_items(page.work.session)
