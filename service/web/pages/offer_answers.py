"""Why an offer was not taken whole, and at which price it would have been."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from fastapi import APIRouter, Response

from service.api.dependencies import allows
from service.api.routers.offers import read_offer
from service.api.schemas.answers import SourceAnswerOut
from service.api.schemas.offers import OfferOut
from service.database.queries.entry_facts import read_items
from service.database.queries.plans import find_published_plan
from service.domain.calendars import week_of
from service.domain.errors import DomainError, NotFound
from service.domain.permissions import Action
from service.domain.plans import Plan
from service.web.asked import answer_to, show_waiting
from service.web.page import Page, PageView
from service.web.routes import PageRoute
from service.workflows.question_about_plan import ask_offer

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/offers/{offer_id}/why", dependencies=[allows(Action.OFFERS_EXPLAIN)])
async def show_why_offer(offer_id: UUID, page: Page) -> Response:
    """Say what became of an offer in the plan of its first week that is published."""
    offer = await read_offer(offer_id, page.work, page.caller, Response())
    items = await read_items(page.work.session)
    await page.reader()  # after the answer the database is out of reach
    plan = await _plan_of(page, offer)
    answer = refusal = None
    if plan is not None:
        try:
            question = await ask_offer(page.work, plan.id, offer_id)
            found = await answer_to(page, question)
            if found is None:
                return await show_waiting(page, back=f"/offers/{offer_id}")
            answer = SourceAnswerOut.model_validate(found)
        except NotFound:
            plan = None  # the offer came after the plan was made
        except DomainError as error:
            refusal = error
    return await page.show(
        "offers/why.html", offer=offer, item=items[offer.item_code], plan=plan, answer=answer, refusal=refusal
    )


async def _plan_of(page: PageView, offer: OfferOut) -> Plan | None:
    week_start = week_of(offer.from_date)
    while week_start <= offer.to_date:
        found = await find_published_plan(page.work.session, region_code=page.caller.region_code, week_start=week_start)
        if found is not None:
            return found
        week_start += timedelta(weeks=1)
    return None
