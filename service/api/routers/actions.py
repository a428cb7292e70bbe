"""What was done on phones without signal."""

from __future__ import annotations

from fastapi import APIRouter, Request

from service.api.action_batch import done_in_turn
from service.api.dependencies import Caller, Work, allows
from service.api.options import photos_of, units_of
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.actions import ActionsIn, ActionsOut
from service.domain.permissions import Action

router = APIRouter(prefix="/actions", tags=["actions"], route_class=UnitOfWorkRoute)


@router.post("", dependencies=[allows(Action.ACTIONS_SEND, is_idempotent=True)])
async def send_actions(body: ActionsIn, request: Request, work: Work, caller: Caller) -> ActionsOut:
    """Do what a phone kept while it had no signal: answers, dispatches, weighings, photos, signatures.

    Each deed is done by itself, once, in the order of `made_at` within the batch, and its outcome is kept: send all
    again whenever no answer came, in whatever order and batches. What cannot be done yet (`is_final` is false), such as
    a signature or a photo for goods whose weighing is on another phone, is sent again later. A weighing that arrives
    after one made later changes nothing (`superseded`); one that arrives after a signature is refused
    (`receipt_signed`). Goods are judged by the day on which they were weighed. A picture that does not fit into the
    body (1 MB in base64) has an address of its own, under its receipt.
    """
    await work.release()
    done = await done_in_turn(units_of(request), photos_of(request), caller, body.actions, request.url.path)
    return ActionsOut(items=done)
