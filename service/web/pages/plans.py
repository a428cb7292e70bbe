"""Plans for the city: their figures, what is short, who delivers what, how it is shared; publish or discard."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from fastapi import APIRouter, Response

from service.api.dependencies import AfterCode, allows
from service.api.plan_views import detailed, require_plan
from service.api.routers.plans import read_allocations, read_plans, read_shortages
from service.api.schemas.plans import PlanDetailOut
from service.api.sharing_views import shared
from service.database.queries.entry_facts import read_items
from service.database.queries.plans import ids_by_code
from service.domain.organisations import OrganisationKind
from service.domain.permissions import Action
from service.domain.plans import ShortageCause
from service.matching.rules import Term
from service.matching.why.sentences.terms import term_name
from service.matching.why.sentences.wording import Language
from service.web.charts import shares_chart
from service.web.city_members import members, names_by_code
from service.web.forms import Form
from service.web.page import Page
from service.web.routes import PageRoute
from service.web.shortage_words import sentence_of
from service.words.plan_words import SHORTAGE_CAUSES
from service.workflows.discard_plan import DiscardPlan, discard_plan
from service.workflows.publish_plan import PublishPlan, publish_plan

router = APIRouter(route_class=PageRoute, include_in_schema=False)

READ: Final = allows(Action.RUNS_READ)
SHOWN: Final = 30
LINES_SHOWN: Final = 50


@router.get("/plans", dependencies=[READ])
async def show_plans(page: Page) -> Response:
    """Show the plans, newest first."""
    found = await read_plans(work=page.work, caller=page.caller, after=None, limit=SHOWN, week_start=None)
    return await page.show("plans/plans.html", plans=found.items)


@router.get("/plans/{plan_id}", dependencies=[READ])
async def show_plan(plan_id: UUID, page: Page) -> Response:
    """Show a plan for review: figures, cost, who is served worst, how value is shared."""
    row = await require_plan(page.work, page.caller, plan_id)
    plan = await detailed(page.work, page.caller, row)
    sharing = await shared(page.work, page.caller, row)
    return await page.show(
        "plans/plan.html",
        plan=plan,
        sharing=sharing,
        chart=shares_chart(sharing.cooperatives),
        terms=cost_terms(plan, page.language),
        names=await names_by_code(page),
        ids=await ids_by_code(page.work.session, page.caller.region_code),
        items=await read_items(page.work.session) if plan.repair else {},
    )


@router.get("/plans/{plan_id}/shortages", dependencies=[READ])
async def show_shortages(plan_id: UUID, page: Page, after: AfterCode) -> Response:
    """Show what is missing to whom and why; filters stand in the address."""
    asked = page.request.query_params
    kitchen_id = identified(asked.get("kitchen", ""))
    cause = ShortageCause(asked["cause"]) if asked.get("cause") in set(ShortageCause) else None
    found = await read_shortages(
        plan_id, page.work, page.caller, after=after, limit=LINES_SHOWN, kitchen_id=kitchen_id, cause=cause
    )
    return await page.show(
        "plans/shortages.html",
        plan=await require_plan(page.work, page.caller, plan_id),
        rows=found.items,
        after=found.next_cursor,
        items=await read_items(page.work.session),
        kitchens=await members(page, OrganisationKind.KITCHEN),
        causes=page.worded(SHORTAGE_CAUSES),
        chosen=asked,
        wanted=_given(kitchen_id=kitchen_id, cause=cause),
        sentence_of=sentence_of,
    )


@router.get("/plans/{plan_id}/lines", dependencies=[READ])
async def show_lines(plan_id: UUID, page: Page, after: AfterCode) -> Response:
    """Show who delivers what to whom; filters stand in the address."""
    asked = page.request.query_params
    kitchen_id, cooperative_id = (identified(asked.get(side, "")) for side in ("kitchen", "cooperative"))
    item_code = asked.get("item") or None
    found = await read_allocations(
        plan_id,
        page.work,
        page.caller,
        after=after,
        limit=LINES_SHOWN,
        kitchen_id=kitchen_id,
        cooperative_id=cooperative_id,
        item_code=item_code,
    )
    return await page.show(
        "plans/lines.html",
        plan=await require_plan(page.work, page.caller, plan_id),
        rows=found.items,
        after=found.next_cursor,
        items=await read_items(page.work.session),
        kitchens=await members(page, OrganisationKind.KITCHEN),
        cooperatives=await members(page, OrganisationKind.COOPERATIVE),
        chosen=asked,
        wanted=_given(kitchen_id=kitchen_id, cooperative_id=cooperative_id, item_code=item_code),
    )


@router.get("/plans/{plan_id}/publish", dependencies=[allows(Action.PLANS_PUBLISH)])
async def confirm_publish(plan_id: UUID, page: Page) -> Response:
    """Ask once more before orders go out."""
    row = await require_plan(page.work, page.caller, plan_id)
    return await page.show("plans/publish.html", plan=await detailed(page.work, page.caller, row))


@router.post("/plans/{plan_id}/publish", dependencies=[allows(Action.PLANS_PUBLISH)])
async def send_publish(plan_id: UUID, page: Page, form: Form) -> Response:
    """Send the orders of a plan out."""
    await require_plan(page.work, page.caller, plan_id)
    version = form.whole("version")
    form.require()
    await publish_plan(page.work, PublishPlan(plan_id, version or 0))
    return page.leave(f"/plans/{plan_id}", said="plan_published")


@router.post("/plans/{plan_id}/discard", dependencies=[allows(Action.PLANS_PUBLISH)])
async def send_discard(plan_id: UUID, page: Page, form: Form) -> Response:
    """Put a proposed plan aside."""
    await require_plan(page.work, page.caller, plan_id)
    version = form.whole("version")
    form.require()
    await discard_plan(page.work, DiscardPlan(plan_id, version or 0))
    return page.leave(f"/plans/{plan_id}", said="plan_discarded")


def cost_terms(plan: PlanDetailOut, language: Language) -> list[tuple[str, int, int]]:
    """Return each term of the cost in words, in the plan and the clerk's way; the largest first, none without cost."""
    rows = [
        (term_name(Term(term), language), cost, plan.greedy.cost_idr.get(term, 0))
        for term, cost in plan.totals.cost_idr.items()
    ]
    return sorted((row for row in rows if row[1] or row[2]), key=lambda row: -row[1])


def identified(word: str) -> UUID | None:
    """Return the id in an address; nothing for what is none."""
    try:
        return UUID(word)
    except ValueError:
        return None


def _given(**filters: object) -> dict[str, object]:
    return {name: value for name, value in filters.items() if value is not None}
