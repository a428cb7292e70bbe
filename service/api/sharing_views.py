"""How a plan shares, as it is seen from outside."""

from __future__ import annotations

from typing import Any

from service.api.plan_views import detailed
from service.api.schemas.sharing import SharingOut
from service.database.queries.fairness import accepted_value_idr
from service.database.queries.plans import ids_by_code
from service.database.unit_of_work import UnitOfWork
from service.domain.fairness import LEDGER_WEEKS
from service.domain.permissions import Actor
from service.domain.plans import Plan


async def shared(work: UnitOfWork, caller: Actor, plan: Plan) -> SharingOut:
    """Show who gets how much of what is due: the worst first, of members their own."""
    seen = await detailed(work, caller, plan)
    past = await accepted_value_idr(
        work.session, region_code=plan.region_code, week_start=plan.week_start, past_weeks=LEDGER_WEEKS
    )
    ids = await ids_by_code(work.session, plan.region_code)
    cooperatives: list[dict[str, Any]] = [
        {
            **row.model_dump(),
            "share": row.value_idr / row.fair_value_idr if row.fair_value_idr else None,
            "past_value_idr": past.get(ids[row.cooperative], 0),
        }
        for row in seen.cooperatives
    ]
    return SharingOut.model_validate(
        {
            "plan_id": plan.id,
            "lowest_fill_share": seen.totals.lowest_fill_share,
            "fairness": seen.totals.fairness,
            "past_weeks": LEDGER_WEEKS,
            "kitchens": sorted(seen.kitchens, key=lambda row: (row.fill_share, row.kitchen)),
            "cooperatives": sorted(cooperatives, key=_worst_first),
        }
    )


def _worst_first(row: dict[str, Any]) -> tuple[bool, float, str]:
    return row["share"] is None, row["share"] or 0.0, row["cooperative"]
