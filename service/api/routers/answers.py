"""Questions about a plan: why short, why not me, why this one, what a rule costs, what changed, was it worth it."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from service.api.answering import told
from service.api.dependencies import USUAL_PER_PAGE, AfterCode, Limit, Work, allows
from service.api.languages import Speech
from service.api.pagination import page_of, place_after
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.answers import ChosenLineOut, ShortLineOut, SourceAnswerOut, said
from service.api.schemas.plan_answers import AskedOut, PlanChangesOut, RuleCostsOut, SourceAnswersOut, WorthOut
from service.database.queries.plan_answers import find_plan_answer
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import NotFound
from service.domain.permissions import Action
from service.domain.plan_answers import PlanAnswer
from service.domain.plan_answers import Question as LongQuestion
from service.workflows.ask_at_length import AskAtLength, ask_at_length
from service.workflows.question_about_plan import (
    ask_changes,
    ask_chosen_line,
    ask_offer,
    ask_short_line,
    ask_stock,
    ask_worth,
    plan_to_explain,
)

router = APIRouter(prefix="/plans/{plan_id}", tags=["answers"], route_class=UnitOfWorkRoute)


@router.get("/shortages/{forecast_line_id}/why", dependencies=[allows(Action.LINES_EXPLAIN)])
async def why_short(
    plan_id: UUID, forecast_line_id: UUID, request: Request, work: Work, language: Speech
) -> ShortLineOut:
    """Say why a demand line is short, who got the goods, and what would help; a kitchen asks about its own lines."""
    return ShortLineOut.model_validate(
        await told(request, work, language, await ask_short_line(work, plan_id, forecast_line_id))
    )


@router.get("/lines/{allocation_id}/why", dependencies=[allows(Action.LINES_EXPLAIN)])
async def why_this_cooperative(
    plan_id: UUID, allocation_id: UUID, request: Request, work: Work, language: Speech
) -> ChosenLineOut:
    """Compare a delivery with the next best ways, term by term in rupiah; a kitchen asks about what it gets."""
    return ChosenLineOut.model_validate(
        await told(request, work, language, await ask_chosen_line(work, plan_id, allocation_id))
    )


@router.get("/offers/{offer_id}/why", dependencies=[allows(Action.OFFERS_EXPLAIN)])
async def why_not_this_offer(
    plan_id: UUID, offer_id: UUID, request: Request, work: Work, language: Speech
) -> SourceAnswerOut:
    """Say what became of an offer and at which price it would win; a cooperative asks about its own.

    Winners are named with their quantities; their prices are shown to the city alone.
    """
    return SourceAnswerOut.model_validate(await told(request, work, language, await ask_offer(work, plan_id, offer_id)))


@router.get("/stocks/{stock_id}/why", dependencies=[allows(Action.STOCKS_EXPLAIN)])
async def why_not_this_stock(
    plan_id: UUID, stock_id: UUID, request: Request, work: Work, language: Speech
) -> SourceAnswerOut:
    """Say what became of a stock and at which price it would win; a wholesaler asks about its own.

    Winners are named with their quantities; their prices are shown to the city alone.
    """
    return SourceAnswerOut.model_validate(await told(request, work, language, await ask_stock(work, plan_id, stock_id)))


@router.get("/changes", dependencies=[allows(Action.RUNS_READ)])
async def what_changed(
    plan_id: UUID,
    request: Request,
    work: Work,
    language: Speech,
    earlier_id: Annotated[UUID, Query(alias="from", description="The earlier plan of the same week")],
) -> PlanChangesOut:
    """Attribute every line that differs from an earlier plan to its cause; the causes' costs add up."""
    return PlanChangesOut.model_validate(
        await told(request, work, language, await ask_changes(work, plan_id, earlier_id))
    )


@router.get("/worth", dependencies=[allows(Action.RUNS_READ)])
async def was_it_worth_it(plan_id: UUID, request: Request, work: Work, language: Speech) -> WorthOut:
    """Set a plan beside the clerk's way and last week's pattern: cost, fill, local share, drops, suppliers."""
    return WorthOut.model_validate(await told(request, work, language, await ask_worth(work, plan_id)))


@router.post("/rule-costs", status_code=202, dependencies=[allows(Action.RUNS_WRITE)])
async def ask_rule_costs(plan_id: UUID, request: Request, response: Response, work: Work) -> AskedOut:
    """Ask what each rule of the policy costs: a worker solves the week once without each; then read it here."""
    response.headers["Location"] = request.url.path
    return _shown(await ask_at_length(work, AskAtLength(plan_id, LongQuestion.RULE_COSTS)))


@router.get("/rule-costs", dependencies=[allows(Action.RUNS_READ)])
async def read_rule_costs(plan_id: UUID, work: Work, language: Speech) -> RuleCostsOut:
    """Say what each rule of the policy costs, as an interval: what was found and what is proven."""
    asked = await _asked(work, plan_id, LongQuestion.RULE_COSTS)
    return RuleCostsOut.model_validate({**asked.model_dump(), "answers": _spoken(asked, language)})


@router.post("/source-answers", status_code=202, dependencies=[allows(Action.RUNS_WRITE)])
async def ask_source_answers(plan_id: UUID, request: Request, response: Response, work: Work) -> AskedOut:
    """Ask what became of every offer and stock: a worker finds out; then read it here."""
    response.headers["Location"] = request.url.path
    return _shown(await ask_at_length(work, AskAtLength(plan_id, LongQuestion.SOURCES)))


@router.get("/source-answers", dependencies=[allows(Action.RUNS_READ)])
async def read_source_answers(
    plan_id: UUID,
    work: Work,
    language: Speech,
    after: AfterCode,
    limit: Limit = USUAL_PER_PAGE,
    outcome: Annotated[str | None, Query(max_length=20, description="Only these: won, partly, lost")] = None,
    reason: Annotated[str | None, Query(max_length=40, description="Only those with this code")] = None,
) -> SourceAnswersOut:
    """List what became of every offer and stock, with one reason each and the price at which it would win."""
    asked = await _asked(work, plan_id, LongQuestion.SOURCES)
    start = place_after(after)
    rows = [
        (place, row)
        for place, row in enumerate(_spoken(asked, language))
        if place > start and outcome in {None, row["outcome"]} and reason in {None, row["reason"]}
    ]
    page = page_of(
        rows, limit=limit, key=lambda entry: str(entry[0]), show=lambda entry: SourceAnswerOut.model_validate(entry[1])
    )
    return SourceAnswersOut.model_validate({**asked.model_dump(), **page.model_dump()})


async def _asked(work: UnitOfWork, plan_id: UUID, question: LongQuestion) -> PlanAnswer:
    plan = await plan_to_explain(work, Action.RUNS_READ, plan_id)
    asked = await find_plan_answer(work.session, plan.id, question)
    if asked is None:
        raise NotFound("Nobody has asked this about the plan yet: POST to the same address.")
    return asked


def _shown(asked: PlanAnswer) -> AskedOut:
    return AskedOut.model_validate(asked)


def _spoken(asked: PlanAnswer, language: str) -> list[dict[str, Any]]:
    """Return the parts of a kept answer with their sentences in one language; none while it waits."""
    parts = (asked.content or {"answers": []})["answers"]
    return [said(part, part["sentences"][language]) for part in parts]
