"""Publishing: a plan becomes orders."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response

from service.api.dependencies import IfMatch, Work, allows
from service.api.etags import set_etag
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.orders import PublishedPlanOut
from service.domain.permissions import Action
from service.workflows.publish_plan import PublishPlan, publish_plan

router = APIRouter(prefix="/plans", tags=["plans"], route_class=UnitOfWorkRoute)


@router.post("/{plan_id}/publish", status_code=201, dependencies=[allows(Action.PLANS_PUBLISH)])
async def publish(plan_id: UUID, work: Work, version: IfMatch, response: Response) -> PublishedPlanOut:
    """Send a proposed plan out as one order for each cooperative and promise its goods, all of it or nothing.

    Refused with `supply_exhausted` (`sources` names what is gone, with what is left and what is asked),
    `plan_outdated` (`changes` names what is no longer as planned) or `week_planned`.
    """
    done = await publish_plan(work, PublishPlan(plan_id, version))
    response.headers["Location"] = f"/api/v1/orders?plan_id={plan_id}"
    set_etag(response, done.plan.version)
    return PublishedPlanOut.showing(done)
