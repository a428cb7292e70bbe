"""Something done on a phone without signal has its effect once, through the same workflow as when done online."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from service.database.queries.device_actions import hold_action
from service.database.queries.receipts import receipt_of
from service.database.unit_of_work import UnitOfWork
from service.domain.audits import plain_values
from service.domain.calendars import local_day, week_of
from service.domain.deliveries import Delivery, require_left
from service.domain.device_actions import (
    ActionKind,
    ActionOutcome,
    DeviceAction,
    Made,
    is_final,
    require_plausible,
    require_same,
)
from service.domain.errors import DomainError, NotFound, NotWeighed, Superseded
from service.domain.permissions import Action, require, require_actor, require_reach
from service.domain.places import Region
from service.files.photos import PhotoShelf
from service.workflows.add_photo import AddPhoto, add_photo
from service.workflows.answer_order import AnswerOrder, answer_order
from service.workflows.dispatch_delivery import DispatchDelivery, dispatch_delivery
from service.workflows.kitchen_receipt import weighed_line
from service.workflows.receive_delivery import ReceiveDelivery, receive_delivery
from service.workflows.sign_receipt import SignReceipt, sign_receipt


@dataclass(frozen=True, slots=True)
class SignDelivery:
    """A delivery whose receipt the caller signs: a phone without signal does not know the receipt yet."""

    delivery_id: UUID
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class PhotographLine:
    """A picture of a line of a delivery, which may be weighed by an action that has not come yet."""

    delivery_id: UUID
    line_id: UUID
    content: bytes


Deed: TypeAlias = AnswerOrder | DispatchDelivery | ReceiveDelivery | SignDelivery | PhotographLine


@dataclass(frozen=True, slots=True)
class DoAction:
    """A deed with the phone's id and instant; ``body_hash`` tells whether the same is sent again."""

    action_id: UUID
    kind: ActionKind
    made_at: datetime
    body_hash: str
    deed: Deed


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an action; one that is not ``is_final`` was not kept and may be sent again."""

    outcome: ActionOutcome
    result_id: UUID | None = None
    problem: dict[str, Any] | None = None
    is_final: bool = True


async def do_action(work: UnitOfWork, shelf: PhotoShelf, command: DoAction) -> Done:
    """Do it if it was not done before; keep what came of it, and say the same whenever it is sent again.

    A refusal undoes all of the deed and is kept too, unless what is missing may still arrive.

    Raises
    ------
    ActionIdReused
        If another action, or somebody else's, was sent under the id.
    """
    actor = require_actor(work.actor)
    known = await hold_action(work.session, command.action_id)
    if known is not None:
        require_same(known, user_id=actor.user_id, body_hash=command.body_hash)
        return Done(known.outcome, known.result_id, known.problem)
    done = await _tried(work, shelf, command)
    if done.is_final:
        region = await work.session.get_one(Region, actor.region_code)
        row = DeviceAction(
            id=command.action_id,
            region_code=actor.region_code,
            week_start=week_of(local_day(command.made_at, timezone=region.timezone)),
            user_id=actor.user_id,
            kind=command.kind,
            made_at=command.made_at,
            received_at=work.now,
            body_hash=command.body_hash,
            outcome=done.outcome,
            result_id=done.result_id,
            problem=done.problem,
        )
        work.session.add(row)
        await work.session.flush()
    return done


async def _tried(work: UnitOfWork, shelf: PhotoShelf, command: DoAction) -> Done:
    """Do it in a savepoint, which a refusal undoes."""
    try:
        require_plausible(command.made_at, work.now)
        async with work.session.begin_nested():
            result_id = await _do(work, shelf, command.deed, Made(command.made_at, command.action_id))
    except DomainError as refusal:
        outcome = ActionOutcome.SUPERSEDED if isinstance(refusal, Superseded) else ActionOutcome.REFUSED
        return Done(outcome, problem=_told(refusal), is_final=is_final(refusal))
    return Done(ActionOutcome.DONE, result_id)


async def _do(work: UnitOfWork, shelf: PhotoShelf, deed: Deed, made: Made) -> UUID:
    match deed:
        case AnswerOrder():
            return (await answer_order(work, deed)).order.id
        case DispatchDelivery():
            return (await dispatch_delivery(work, replace(deed, made=made))).id
        case ReceiveDelivery():
            return (await receive_delivery(work, replace(deed, made=made))).id
        case SignDelivery():
            receipt_id = await _receipt_to_sign(work, deed.delivery_id)
            return (await sign_receipt(work, SignReceipt(receipt_id, made, deed.expected_version))).id
        case _:
            line = await weighed_line(work, deed.delivery_id, deed.line_id)
            return (await add_photo(work, shelf, AddPhoto(line.receipt_id, line.id, deed.content, made))).receipt_id


async def _receipt_to_sign(work: UnitOfWork, delivery_id: UUID) -> UUID:
    actor = require_actor(work.actor)
    require(actor, Action.RECEIPTS_SIGN)
    delivery = await work.session.get(Delivery, delivery_id, populate_existing=True)
    if delivery is None:
        raise NotFound("No such delivery.")
    sides = (delivery.cooperative_id, delivery.kitchen_id)
    require_reach(
        actor, Action.RECEIPTS_SIGN, region_code=delivery.region_code, organisation_ids=sides, what="delivery"
    )
    require_left(delivery)
    receipt = await receipt_of(work.session, delivery_id)
    if receipt is None:
        raise NotWeighed("No line is weighed yet.")
    return receipt.id


def _told(refusal: DomainError) -> dict[str, Any]:
    """Return a refusal as it is kept."""
    errors = [{"field": f.field, "code": f.code, "message": f.message} for f in refusal.faults]
    return {"code": refusal.code, "detail": refusal.detail, "errors": errors, "facts": plain_values(refusal.facts)}
