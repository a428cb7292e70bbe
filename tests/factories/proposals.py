"""A plan in a world: its kitchen and cooperative, and others beside them that must not see each other's part."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from service.domain.organisations import Organisation, OrganisationKind
from service.domain.plans import Allocation, Plan, PlanPurchase, PlanStatus, Shortage, ShortageCause
from service.domain.policies import Policy
from service.domain.runs import MatchingRun, RunProblem
from service.matching.rules import Term
from service.workflows.problem_file import packed, problem_file
from tests.factories import problems
from tests.factories.items import new_item
from tests.factories.organisations import completed, new_organisation
from tests.factories.plans import WEEK, new_forecast, new_forecast_line, new_offer, new_plan, new_run, new_stock
from tests.factories.snapshots import full_policy
from tests.factories.worlds import World

EXCLUDED = [
    {"kind": "offer", "source": "o-1", "reason": "document_missing", "detail": "halal", "dates": ["2026-12-03"]},
    {"kind": "stock", "source": "s-1", "reason": "lead_time", "detail": "late", "dates": []},
    {"kind": "stock", "source": "s-2", "reason": "lead_time", "detail": "late", "dates": []},
]


def totals(total_idr: int, fill_share: float) -> dict[str, object]:
    return {
        "total_idr": total_idr,
        "cost_idr": {term.value: total_idr if term is Term.GOODS else 0 for term in Term},
        "need_kg": 100.0,
        "short_kg": 100.0 * (1 - fill_share),
        "fill_share": fill_share,
        "lowest_fill_share": fill_share,
        "value_idr": total_idr,
        "drops": 2,
        "pairs": 2,
        "same_kelurahan_pairs": 1,
        "same_kelurahan_value_share": 0.5,
        "same_kecamatan_value_share": 0.75,
        "wholesale_value_share": 0.25,
        "fairness": {"lowest_share": 0.5, "median_share": 1.0, "highest_share": 1.5, "below_fair": 1},
    }


def figures(kitchens: list[str], cooperatives: list[str]) -> dict[str, object]:
    rows = {"need_kg": 50.0, "short_kg": 0.0, "fill_share": 1.0, "suppliers": 1}
    own = totals(1_000_000, 0.9)
    own["kitchens"] = [{"kitchen": code, **rows} for code in kitchens]
    own["cooperatives"] = [{"cooperative": c, "value_idr": 500_000, "fair_value_idr": 600_000} for c in cooperatives]
    return {"plan": own, "greedy": totals(1_500_000, 0.8)}


@dataclass
class Proposal:
    """A plan and whom it concerns; ``kitchens`` and ``cooperatives`` begin with the world's."""

    policy: Policy
    plan: Plan
    run: MatchingRun
    file: RunProblem
    kitchens: list[Organisation]
    cooperatives: list[Organisation]


async def add_proposal(session: AsyncSession, world: World, **changes: object) -> Proposal:
    """Each kitchen gets 40 kg from the cooperative of its place and lacks some; each cooperative buys packs."""
    kitchens = [world.kitchen, await _another(session, OrganisationKind.KITCHEN)]
    cooperatives = [world.cooperative, await _another(session, OrganisationKind.COOPERATIVE)]
    policy = full_policy()
    session.add_all([policy, new_item()])
    await session.flush()
    run = new_run(policy)
    stock = new_stock(world.wholesaler)
    offers = [new_offer(cooperative) for cooperative in cooperatives]
    forecasts = [new_forecast(kitchen) for kitchen in kitchens]
    session.add_all([run, stock, *offers, *forecasts])
    await session.flush()
    lines = [new_forecast_line(forecast) for forecast in forecasts]
    content = problem_file(problems.problem())
    file = RunProblem(run_id=run.id, sha256=content.sha256, content_gzip=packed(content.content), excluded=EXCLUDED)
    named = figures([kitchen.code for kitchen in kitchens], [cooperative.code for cooperative in cooperatives])
    plan = new_plan(run, **{"figures": named, **changes})
    session.add_all([*lines, file, plan])
    await session.flush()
    await _add_parts(session, plan, list(zip(kitchens, cooperatives, lines, offers, strict=True)), stock.id)
    return Proposal(policy, plan, run, file, kitchens, cooperatives)


async def add_another_plan(session: AsyncSession, proposal: Proposal, **changes: object) -> Plan:
    """Add a second plan of the week, cheaper and without deliveries."""
    run = new_run(proposal.policy, created_at=proposal.run.created_at + timedelta(minutes=1))
    session.add(run)
    await session.flush()
    named = {**proposal.plan.figures, "plan": {**proposal.plan.figures["plan"], "total_idr": 900_000}}
    created_at = proposal.plan.created_at + timedelta(minutes=1)
    plan = new_plan(run, **{"figures": named, "created_at": created_at, **changes})
    session.add(plan)
    await session.flush()
    return plan


async def _another(session: AsyncSession, kind: OrganisationKind) -> Organisation:
    organisation = new_organisation(kind)
    session.add(organisation)
    await session.flush()
    session.add_all(completed(organisation)[1:])
    await session.flush()
    return organisation


async def _add_parts(session: AsyncSession, plan: Plan, parts: list, stock_id: uuid.UUID) -> None:
    for kitchen, cooperative, line, offer in parts:
        session.add(
            Allocation(
                id=uuid.uuid4(),
                plan_id=plan.id,
                forecast_line_id=line.id,
                kitchen_id=kitchen.id,
                cooperative_id=cooperative.id,
                offer_id=offer.id,
                item_code="RICE-M",
                needed_date=WEEK,
                allocated_qty=40_000,
                price_idr=16_000,
            )
        )
        session.add(PlanPurchase(plan_id=plan.id, stock_id=stock_id, cooperative_id=cooperative.id, packs=2))
        session.add(
            Shortage(
                id=uuid.uuid4(),
                plan_id=plan.id,
                forecast_line_id=line.id,
                kitchen_id=kitchen.id,
                cause=ShortageCause.UNMATCHED,
                item_code="RICE-M",
                needed_date=WEEK,
                demanded_qty=50_000,
                short_qty=10_000,
                reasons=[
                    {"code": "stock_used_up", "sources": 2, "alone": 1, "blocked_qty": 10_000, "alone_qty": 6_000}
                ],
                contested=[
                    {"kitchen": "K9", "demand": "d", "source": "o", "cooperative": cooperative.code, "qty": 9_000}
                ],
            )
        )
    await session.flush()


def published() -> dict[str, object]:
    return {"status": PlanStatus.PUBLISHED}
