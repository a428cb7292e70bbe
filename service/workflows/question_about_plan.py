"""A question about a plan, read from the database for whoever may ask it, to be answered outside of any transaction."""

from __future__ import annotations

from uuid import UUID

from service.database.queries.plan_answers import (
    deliveries_of_week,
    find_allocation,
    kitchen_of_line,
    names_by_language,
    owner_of_offer,
    owner_of_stock,
)
from service.database.queries.plans import find_plan, organisations_of
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import InvalidField, NotFound
from service.domain.permissions import Action, Reach, require, require_actor, require_reach
from service.domain.plans import ORDERED_PLANS, Plan, PlanStatus
from service.matching.questions import PlanFiles, Question, QuestionKind
from service.workflows.plan_files import read_solved_files


async def ask_short_line(work: UnitOfWork, plan_id: UUID, forecast_line_id: UUID) -> Question:
    """Ask why a demand line is short; kitchens about their own lines.

    Parameters
    ----------
    work
        The unit of work.
    plan_id, forecast_line_id
        A plan that the caller may see, and a demand line of it.

    Raises
    ------
    NotPermitted, NotFound
        If the caller may not ask, or the plan or line is missing or another's.
    NoPlanFile
        If the plan's run kept no files.
    """
    plan = await plan_to_explain(work, Action.LINES_EXPLAIN, plan_id)
    await _require_own(work, Action.LINES_EXPLAIN, plan, await kitchen_of_line(work.session, forecast_line_id), "line")
    return await question_about(work, plan, QuestionKind.SHORT_LINE, demand=str(forecast_line_id))


async def ask_chosen_line(work: UnitOfWork, plan_id: UUID, allocation_id: UUID) -> Question:
    """Ask why a delivery comes from this cooperative; kitchens about what they get.

    Raises
    ------
    NotPermitted, NotFound
        If the caller may not ask, or the plan or delivery is missing or another's.
    NoPlanFile
        If the plan's run kept no files.
    """
    plan = await plan_to_explain(work, Action.LINES_EXPLAIN, plan_id)
    part = await find_allocation(work.session, plan.id, allocation_id)
    if part is None:
        raise NotFound("No such delivery.")
    await _require_own(work, Action.LINES_EXPLAIN, plan, part.kitchen_id, "delivery")
    cooperative = (await organisations_of(work.session, {part.cooperative_id}))[part.cooperative_id]
    demand, source = str(part.forecast_line_id), str(part.offer_id or part.stock_id)
    return await question_about(
        work, plan, QuestionKind.CHOSEN_LINE, demand=demand, source=source, cooperative=cooperative.code
    )


async def ask_offer(work: UnitOfWork, plan_id: UUID, offer_id: UUID) -> Question:
    """Ask what became of an offer; cooperatives about their own.

    Raises
    ------
    NotPermitted, NotFound
        If the caller may not ask, or the plan or offer is missing or another's.
    NoPlanFile
        If the plan's run kept no files.
    """
    plan = await plan_to_explain(work, Action.OFFERS_EXPLAIN, plan_id)
    await _require_own(work, Action.OFFERS_EXPLAIN, plan, await owner_of_offer(work.session, offer_id), "offer")
    return await _question_of_source(work, plan, Action.OFFERS_EXPLAIN, offer_id)


async def ask_stock(work: UnitOfWork, plan_id: UUID, stock_id: UUID) -> Question:
    """Ask what became of a stock; wholesalers about their own.

    Raises
    ------
    NotPermitted, NotFound
        If the caller may not ask, or the plan or stock is missing or another's.
    NoPlanFile
        If the plan's run kept no files.
    """
    plan = await plan_to_explain(work, Action.STOCKS_EXPLAIN, plan_id)
    await _require_own(work, Action.STOCKS_EXPLAIN, plan, await owner_of_stock(work.session, stock_id), "stock")
    return await _question_of_source(work, plan, Action.STOCKS_EXPLAIN, stock_id)


async def ask_changes(work: UnitOfWork, plan_id: UUID, earlier_plan_id: UUID) -> Question:
    """Ask what changed from an earlier plan of the week to this one.

    Raises
    ------
    NotPermitted, NotFound
        If the caller may not ask, or one of the plans is missing.
    InvalidField
        If the plans are of different weeks.
    NoPlanFile
        If one of the runs kept no files.
    """
    plan = await plan_to_explain(work, Action.RUNS_READ, plan_id)
    earlier = await plan_to_explain(work, Action.RUNS_READ, earlier_plan_id)
    if earlier.week_start != plan.week_start:
        raise InvalidField.at("from", f"Compare plans of one week: {plan.week_start}.", code="another_week")
    files = await read_solved_files(work, earlier.run_id)
    return await question_about(work, plan, QuestionKind.CHANGES, earlier=PlanFiles(files.problem, files.plan))


async def ask_worth(work: UnitOfWork, plan_id: UUID) -> Question:
    """Ask what a plan brings beside the clerk's way and last week's pattern.

    Raises
    ------
    NotPermitted, NotFound
        If the caller may not ask, or there is no such plan.
    NoPlanFile
        If the plan's run kept no files.
    """
    plan = await plan_to_explain(work, Action.RUNS_READ, plan_id)
    past = await deliveries_of_week(work.session, region_code=plan.region_code, week_start=plan.week_start)
    return await question_about(work, plan, QuestionKind.WORTH, past=tuple(past))


async def plan_to_explain(work: UnitOfWork, action: Action, plan_id: UUID) -> Plan:
    """Return a plan that the caller may ask about: members about published ones, since proposals bind nobody.

    Raises
    ------
    NotPermitted, NotFound
        If the caller may not ask, or there is no such plan for them.
    """
    actor = require_actor(work.actor)
    is_own = require(actor, action) is Reach.OWN
    statuses = ORDERED_PLANS if is_own else frozenset(PlanStatus)
    plan = await find_plan(work.session, plan_id, region_code=actor.region_code, statuses=statuses)
    if plan is None:
        raise NotFound("No such plan.")
    return plan


async def question_about(work: UnitOfWork, plan: Plan, kind: QuestionKind, **fields: object) -> Question:
    """Return a question with the plan's files and the names that its sentences need.

    Raises
    ------
    NoPlanFile
        If the plan's run kept no files.
    """
    files = await read_solved_files(work, plan.run_id)
    names = await names_by_language(work.session, plan.region_code)
    kept_out = tuple(row for row in files.excluded if fields.get("source") and row["source"] == fields["source"])
    parts = PlanFiles(files.problem, files.plan)
    return Question(kind, parts, names=names, kept_out=kept_out, **fields)  # type: ignore[arg-type]


async def _question_of_source(work: UnitOfWork, plan: Plan, action: Action, source_id: UUID) -> Question:
    """Ask about a source; members do not learn what others ask for their goods."""
    sees_prices = require(require_actor(work.actor), action) is Reach.REGION
    return await question_about(work, plan, QuestionKind.SOURCE, source=str(source_id), sees_prices=sees_prices)


async def _require_own(work: UnitOfWork, action: Action, plan: Plan, owner_id: UUID | None, what: str) -> None:
    """Refuse a part of the plan that is another's exactly as one that does not exist."""
    if owner_id is None:
        raise NotFound(f"No such {what}.")
    actor = require_actor(work.actor)
    require_reach(actor, action, region_code=plan.region_code, organisation_ids=(owner_id,), what=what)
