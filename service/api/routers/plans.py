"""Plans: what came out of runs, for the city as a whole, for kitchens and cooperatives their own part."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from service.api.dependencies import USUAL_PER_PAGE, After, AfterCode, Caller, IfMatch, Limit, Work, allows
from service.api.etags import set_etag
from service.api.list_exports import exported
from service.api.pagination import Page, page_of
from service.api.plan_views import (
    compared,
    detailed,
    id_after,
    pair_after,
    require_plan,
    show_allocation,
    show_plan,
    show_purchase,
    show_shortage,
    statuses_for,
    viewer_of,
)
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.plans import (
    AllocationOut,
    ComparisonOut,
    PlanDetailOut,
    PlanOut,
    PurchaseOut,
    ShortageOut,
)
from service.api.schemas.runs import PROBLEM_EXAMPLE
from service.api.schemas.sharing import SharingOut
from service.api.sharing_views import shared
from service.api.stored_problems import PLAN_ANSWER, plan_answer, problem_answer
from service.database.cursors import Cursor
from service.database.queries.plans import (
    compare_allocations,
    find_plan_problem,
    list_allocations,
    list_plans,
    list_purchases,
    organisations_of,
)
from service.database.queries.runs import find_run_files
from service.database.queries.shortages import list_shortages
from service.domain.permissions import Action
from service.domain.plans import ShortageCause
from service.workflows.discard_plan import DiscardPlan, discard_plan

router = APIRouter(prefix="/plans", tags=["plans"], route_class=UnitOfWorkRoute)

KitchenId = Annotated[UUID | None, Query(description="Only this kitchen's")]
CooperativeId = Annotated[UUID | None, Query(description="Only this cooperative's")]


@exported(router, "rencana")
@router.get("", dependencies=[allows(Action.PLANS_READ)])
async def read_plans(
    work: Work,
    caller: Caller,
    after: After,
    limit: Limit = USUAL_PER_PAGE,
    week_start: Annotated[date | None, Query(description="Only this week's", examples=["2026-11-30"])] = None,
) -> Page[PlanOut]:
    """List the region's plans, newest first; kitchens and cooperatives see those that are published."""
    rows = await list_plans(
        work.session,
        region_code=caller.region_code,
        week_start=week_start,
        statuses=statuses_for(caller),
        after=after,
        limit=limit + 1,
    )
    return page_of(rows, limit=limit, key=lambda plan: Cursor(plan.created_at, plan.id), show=show_plan)


@router.get("/{plan_id}", dependencies=[allows(Action.PLANS_READ)])
async def read_plan(plan_id: UUID, response: Response, work: Work, caller: Caller) -> PlanDetailOut:
    """Show a plan with its figures beside the clerk's way; members see the row of their organisation."""
    plan = await require_plan(work, caller, plan_id)
    set_etag(response, plan.version)
    return await detailed(work, caller, plan)


@exported(router, "alokasi")
@router.get("/{plan_id}/allocations", dependencies=[allows(Action.PLANS_READ)])
async def read_allocations(
    plan_id: UUID,
    work: Work,
    caller: Caller,
    after: AfterCode,
    limit: Limit = USUAL_PER_PAGE,
    kitchen_id: KitchenId = None,
    cooperative_id: CooperativeId = None,
    item_code: Annotated[str | None, Query(max_length=16, examples=["RICE-P"])] = None,
) -> Page[AllocationOut]:
    """List who delivers what to whom; a kitchen sees what it gets, a cooperative what it delivers."""
    plan = await require_plan(work, caller, plan_id)
    rows = await list_allocations(
        work.session,
        plan.id,
        viewer_id=viewer_of(caller),
        kitchen_id=kitchen_id,
        cooperative_id=cooperative_id,
        item_code=item_code,
        after=id_after(after),
        limit=limit + 1,
    )
    known = await organisations_of(
        work.session, {row.kitchen_id for row in rows} | {row.cooperative_id for row in rows}
    )
    return page_of(rows, limit=limit, key=lambda row: str(row.id), show=lambda row: show_allocation(row, known))


@exported(router, "pembelian-rencana")
@router.get("/{plan_id}/purchases", dependencies=[allows(Action.PLANS_READ)])
async def read_purchases(
    plan_id: UUID,
    work: Work,
    caller: Caller,
    after: AfterCode,
    limit: Limit = USUAL_PER_PAGE,
    cooperative_id: CooperativeId = None,
) -> Page[PurchaseOut]:
    """List the packs that cooperatives are to buy; a cooperative sees its own, a kitchen none."""
    plan = await require_plan(work, caller, plan_id)
    rows = await list_purchases(
        work.session,
        plan.id,
        viewer_id=viewer_of(caller),
        cooperative_id=cooperative_id,
        after=pair_after(after),
        limit=limit + 1,
    )
    known = await organisations_of(work.session, {row.purchase.cooperative_id for row in rows})
    return page_of(
        rows,
        limit=limit,
        key=lambda row: f"{row.stock.id}|{row.purchase.cooperative_id}",
        show=lambda row: show_purchase(row, known),
    )


@exported(router, "kekurangan")
@router.get("/{plan_id}/shortages", dependencies=[allows(Action.PLANS_READ)])
async def read_shortages(
    plan_id: UUID,
    work: Work,
    caller: Caller,
    after: AfterCode,
    limit: Limit = USUAL_PER_PAGE,
    kitchen_id: KitchenId = None,
    cause: Annotated[ShortageCause | None, Query(description="Only those with this cause")] = None,
) -> Page[ShortageOut]:
    """List what is missing to whom, why, and who got the contested goods; a kitchen sees its own."""
    plan = await require_plan(work, caller, plan_id)
    rows = await list_shortages(
        work.session,
        plan.id,
        viewer_id=viewer_of(caller),
        kitchen_id=kitchen_id,
        cause=cause,
        after=id_after(after),
        limit=limit + 1,
    )
    known = await organisations_of(work.session, {row.kitchen_id for row in rows})
    return page_of(rows, limit=limit, key=lambda row: str(row.id), show=lambda row: show_shortage(row, known))


@router.get(
    "/{plan_id}/problem",
    dependencies=[allows(Action.RUNS_READ)],
    response_class=Response,
    responses={
        200: {
            "description": "The file `pasok match` reads",
            "content": {"application/json": {"example": PROBLEM_EXAMPLE}},
        },
        304: {"description": "The file has the ETag that was sent"},
    },
)
async def read_plan_problem(plan_id: UUID, request: Request, work: Work, caller: Caller) -> Response:
    """Return the problem that the plan solves, format `pasok-problem/1`; its ETag is the file's SHA-256."""
    plan = await require_plan(work, caller, plan_id)
    return problem_answer(request, await find_plan_problem(work.session, plan))


@router.get("/{plan_id}/file", dependencies=[allows(Action.RUNS_READ)], response_class=Response, responses=PLAN_ANSWER)
async def read_plan_file(plan_id: UUID, request: Request, work: Work, caller: Caller) -> Response:
    """Return the plan as its file, format `pasok-plan/1`; its ETag is the file's SHA-256."""
    plan = await require_plan(work, caller, plan_id)
    return plan_answer(request, await find_run_files(work.session, plan.run_id), plan.run_id)


@router.get("/{plan_id}/sharing", dependencies=[allows(Action.PLANS_READ)])
async def read_sharing(plan_id: UUID, work: Work, caller: Caller) -> SharingOut:
    """Tell the fill of each kitchen and each cooperative's value beside its fair value; members see their own rows."""
    return await shared(work, caller, await require_plan(work, caller, plan_id))


@router.get("/{plan_id}/compare", dependencies=[allows(Action.RUNS_READ)])
async def compare(
    plan_id: UUID,
    work: Work,
    caller: Caller,
    other_id: Annotated[
        UUID | None, Query(alias="with", description="Another plan of the same week; without: the clerk's way")
    ] = None,
) -> ComparisonOut:
    """Set a plan beside the clerk's way, or beside another plan of the week."""
    plan = await require_plan(work, caller, plan_id)
    if other_id is None:
        return compared(plan, None, None)
    other = await require_plan(work, caller, other_id, week_start=plan.week_start)
    return compared(plan, other, await compare_allocations(work.session, plan.id, other.id))


@router.post("/{plan_id}/discard", dependencies=[allows(Action.PLANS_PUBLISH)])
async def discard(plan_id: UUID, response: Response, work: Work, expected_version: IfMatch) -> PlanOut:
    """Put a proposed plan aside, so that nobody publishes it."""
    plan = await discard_plan(work, DiscardPlan(plan_id, expected_version))
    set_etag(response, plan.version)
    return show_plan(plan)
