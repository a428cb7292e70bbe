"""An answer that was a slip is taken back from the order's page, while that is possible."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from fastapi import APIRouter, Response

from service.api.dependencies import allows
from service.api.order_views import require_order
from service.database.queries.runs import find_policy_in_force
from service.domain.permissions import Action
from service.domain.policies import values_of
from service.domain.undone_answers import last_sending
from service.web.forms import Form
from service.web.page import Page, PageView
from service.web.routes import PageRoute
from service.workflows.undo_answers import UndoAnswers, undo_answers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.domain.orders import Answer

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Undoable:
    """How many lines were answered last, and until when that can be taken back."""

    line_count: int
    until: datetime


def undoable(answers: Iterable[Answer], now: datetime) -> Undoable | None:
    """Return what of an order's answers can be taken back; nothing if none can."""
    last = last_sending(answers, now)
    until = last[0].undo_until if last else None
    return Undoable(len(last), until) if until else None


async def undo_minutes(page: PageView) -> int:
    """Return for how long an answer given now can be taken back."""
    policy = await find_policy_in_force(page.work.session, page.caller.region_code)
    return values_of(policy).undo_minutes if policy else 0


@router.get("/orders/{order_id}/answers/undo", dependencies=[allows(Action.ORDERS_ANSWER)])
async def lead_back_from_undo(order_id: UUID, page: Page) -> Response:
    """Lead whoever reloads the refusal to the order itself."""
    await require_order(page.work, page.caller, order_id)
    return page.leave(f"/orders/{order_id}")


@router.post("/orders/{order_id}/answers/undo", dependencies=[allows(Action.ORDERS_ANSWER)])
async def send_undo(order_id: UUID, page: Page, form: Form) -> Response:
    """Take back what was answered last."""
    form.require()
    await undo_answers(page.work, UndoAnswers(order_id))
    return page.leave(f"/orders/{order_id}", said="answers_undone")
