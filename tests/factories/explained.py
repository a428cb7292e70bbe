"""A plan that can be asked about: a problem in the world's own codes and ids, its plan, the files of both."""

import uuid
from dataclasses import replace

from service.domain.forecasts import ForecastLine
from service.domain.offers import Offer
from service.domain.plan_answers import AnswerStatus, PlanAnswer, Question
from service.domain.plans import Allocation, Plan
from service.domain.runs import MatchingRun, RunPlan, RunProblem
from service.domain.stocks import Stock
from service.matching.plan import Plan as SolvedPlan
from service.matching.problem import Problem
from service.workflows.plan_files import plan_file
from service.workflows.problem_file import packed, problem_file
from tests.factories import problems
from tests.factories.organisations import CREATED_AT
from tests.factories.worlds import World


def explained_problem(world: World, line: ForecastLine, offer: Offer, stock: Stock) -> Problem:
    """One kitchen needs 40 kg: the cooperative's offer has 25 kg of it, the wholesaler's stock is too dear."""
    kitchen, cooperative, wholesaler = world.kitchen.code, world.cooperative.code, world.wholesaler.code
    return problems.problem(
        items=(problems.item(line.item_code),),
        kitchens=(problems.kitchen(kitchen),),
        cooperatives=(problems.cooperative(cooperative),),
        wholesalers=(problems.wholesaler(wholesaler),),
        offers=(
            problems.offer(
                str(offer.id), cooperative=cooperative, supplier=cooperative, item=line.item_code, qty=25_000
            ),
        ),
        stocks=(
            problems.stock(
                str(stock.id), wholesaler=wholesaler, supplier=wholesaler, item=line.item_code, price_idr=250_000
            ),
        ),
        demands=(problems.demand(str(line.id), kitchen=kitchen, item=line.item_code, qty=40_000),),
    )


def solved_files(run: MatchingRun, problem: Problem, plan: SolvedPlan) -> tuple[RunProblem, RunPlan]:
    content = problem_file(problem)
    stored = RunProblem(run_id=run.id, sha256=content.sha256, content_gzip=packed(content.content), excluded=[])
    return stored, plan_file(run.id, replace(plan, bound_idr=0))


def new_allocation(plan: Plan, line: ForecastLine, offer: Offer, kitchen_id: uuid.UUID) -> Allocation:
    return Allocation(
        id=uuid.uuid4(),
        plan_id=plan.id,
        forecast_line_id=line.id,
        kitchen_id=kitchen_id,
        cooperative_id=offer.cooperative_id,
        offer_id=offer.id,
        item_code=line.item_code,
        needed_date=line.needed_date,
        allocated_qty=25_000,
        price_idr=offer.price_idr,
    )


def new_plan_answer(plan: Plan, question: Question, **changes: object) -> PlanAnswer:
    fields = {
        "id": uuid.uuid4(),
        "created_at": CREATED_AT,
        "plan_id": plan.id,
        "question": question,
        "status": AnswerStatus.WAITING,
    }
    return PlanAnswer(**{**fields, **changes})
