"""What a phone without signal kept to be sent: each deed with its own id and instant."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC
from typing import Any, Final
from uuid import UUID

from pydantic import AwareDatetime, Base64Bytes, Field, JsonValue

from service.api.problems import ProblemOut, kept_document
from service.api.schemas.deliveries import LoadIn, WeighingsIn
from service.api.schemas.orders import AnswersIn
from service.api.schemas.shapes import RequestBody, Resource
from service.domain.device_actions import ActionKind, ActionOutcome
from service.workflows.answer_order import AnswerOrder
from service.workflows.dispatch_delivery import DispatchDelivery
from service.workflows.do_action import Deed, DoAction, Done, PhotographLine, SignDelivery
from service.workflows.receive_delivery import ReceiveDelivery

MOST_ACTIONS: Final = 100
PLACES: Final = {
    ActionKind.ANSWER_ORDER: "/api/v1/orders/{}/answers",
    ActionKind.DISPATCH_DELIVERY: "/api/v1/deliveries/{}",
    ActionKind.WEIGH_DELIVERY: "/api/v1/receipts/{}",
    ActionKind.SIGN_RECEIPT: "/api/v1/receipts/{}",
    ActionKind.ADD_PHOTO: "/api/v1/receipts/{}/photos",
}
_A_THING = "0199d0c2-0000-7000-8000-000000000001"


class NothingIn(RequestBody):
    """A deed that says all by itself."""


class PhotoIn(RequestBody):
    """A picture of a line of a delivery, which is weighed by then or by another action."""

    line_id: UUID = Field(examples=[_A_THING])
    content: Base64Bytes = Field(min_length=1, examples=["/9j/4AAQ"])


class ActionIn(RequestBody):
    """One deed, as the online address of its kind takes it."""

    id: UUID = Field(description="Made by the phone, the same whenever it is sent", examples=[_A_THING])
    made_at: AwareDatetime = Field(description="By the phone's clock", examples=["2026-11-29T12:30:00Z"])
    kind: ActionKind = Field(examples=["sign_receipt"])
    target_id: UUID = Field(description="The order to answer; else the delivery", examples=[_A_THING])
    version: int | None = Field(
        default=None, ge=1, description="If given: refused if the thing changed since it was at it", examples=[None]
    )
    body: dict[str, JsonValue] = Field(
        default_factory=dict,
        description="As sent online: answers, lines, a photo's line_id and content; empty for a signature",
        examples=[{}],
    )

    def asked(self) -> DoAction:
        """Return what is to be done.

        Raises
        ------
        ValidationError
            If the body is not one of its kind.
        """
        made_at = self.made_at.astimezone(UTC)
        plain = {**self.model_dump(mode="json"), "made_at": made_at.isoformat()}
        body_hash = hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()
        return DoAction(self.id, self.kind, made_at, body_hash, self._deed())

    def _deed(self) -> Deed:
        match self.kind:
            case ActionKind.ANSWER_ORDER:
                return AnswerOrder(self.target_id, AnswersIn.model_validate(self.body).said(), self.version)
            case ActionKind.DISPATCH_DELIVERY:
                return DispatchDelivery(self.target_id, LoadIn.model_validate(self.body).said(), self.version)
            case ActionKind.WEIGH_DELIVERY:
                return ReceiveDelivery(self.target_id, WeighingsIn.model_validate(self.body).said())
            case ActionKind.SIGN_RECEIPT:
                NothingIn.model_validate(self.body)
                return SignDelivery(self.target_id, self.version)
            case ActionKind.ADD_PHOTO:
                photo = PhotoIn.model_validate(self.body)
                return PhotographLine(self.target_id, photo.line_id, photo.content)


class ActionsIn(RequestBody):
    """What a phone kept while it had no signal, in any order."""

    actions: list[ActionIn] = Field(min_length=1, max_length=MOST_ACTIONS)


class ActionOut(Resource):
    """What came of a deed."""

    id: UUID
    outcome: ActionOutcome = Field(description="superseded: something made later stands already", examples=["done"])
    is_final: bool = Field(description="If not, send it again later, as it is", examples=[True])
    problem: ProblemOut | None = Field(description="Unless done: as the online address would tell it", examples=[None])
    location: str | None = Field(description="What was changed", examples=[f"/api/v1/receipts/{_A_THING}"])

    @classmethod
    def showing(cls, action: ActionIn, done: Done, instance: str) -> ActionOut:
        """Return what came of an action."""
        location = PLACES[action.kind].format(done.result_id) if done.result_id else None
        problem = kept_document(done.problem, instance) if done.problem else None
        return cls.refusing(action, problem, outcome=done.outcome, is_final=done.is_final, location=location)

    @classmethod
    def refusing(cls, action: ActionIn, problem: dict[str, Any] | None, **more: object) -> ActionOut:
        """Return that an action was refused, with what is told of it."""
        fields = {"outcome": ActionOutcome.REFUSED, "location": None, **more}
        return cls.model_validate({"id": action.id, "problem": problem, **fields})


class ActionsOut(Resource):
    """What came of each deed, in the order in which they were sent."""

    items: list[ActionOut]
