"""The deeds of one batch from a phone, each in a unit of work of its own: none holds up the others."""

from __future__ import annotations

import logging

from fastapi.encoders import jsonable_encoder
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from service.api.errors import InternalError, InvalidRequest
from service.api.failures import translated
from service.api.problems import problem_document
from service.api.schemas.actions import ActionIn, ActionOut
from service.database.unit_of_work import UnitsOfWork
from service.domain.errors import ActionIdReused, DomainError, FieldFault
from service.domain.permissions import Actor
from service.files.photos import PhotoShelf
from service.workflows.do_action import do_action

log = logging.getLogger(__name__)


async def done_in_turn(
    units: UnitsOfWork, shelf: PhotoShelf, caller: Actor, actions: list[ActionIn], instance: str
) -> list[ActionOut]:
    """Do actions in the order in which they were made; tell what came of them in the order in which they were sent."""
    told: dict[int, ActionOut] = {}
    for place, action in sorted(enumerate(actions), key=lambda pair: (pair[1].made_at, pair[1].id, pair[0])):
        told[place] = await _done(units, shelf, caller, action, instance)
    return [told[place] for place in range(len(actions))]


async def _done(units: UnitsOfWork, shelf: PhotoShelf, caller: Actor, action: ActionIn, instance: str) -> ActionOut:
    try:
        asked = action.asked()
        async with units.begin(actor=caller) as work:
            done = await do_action(work, shelf, asked)
    except ValidationError as error:
        return _refused(action, _invalid(error), instance, is_final=True)
    except (DomainError, SQLAlchemyError) as error:
        refusal = _translated(error)
        return _refused(action, refusal, instance, is_final=isinstance(refusal, ActionIdReused))
    except Exception as error:  # noqa: BLE001 (a fault of ours in one deed must not keep the others on the phone)
        return _refused(action, _bug(error), instance, is_final=False)
    return ActionOut.showing(action, done, instance)


def _refused(action: ActionIn, refusal: DomainError, instance: str, *, is_final: bool) -> ActionOut:
    return ActionOut.refusing(action, jsonable_encoder(problem_document(refusal, instance)), is_final=is_final)


def _translated(error: Exception) -> DomainError:
    try:
        return translated(error)
    except SQLAlchemyError as unknown:
        return _bug(unknown)


def _bug(error: Exception) -> DomainError:
    log.error("internal_error", exc_info=error)
    return InternalError("Something went wrong on our side.")


def _invalid(error: ValidationError) -> DomainError:
    faults = tuple(
        FieldFault(".".join(["body", *(str(part) for part in fault["loc"])]), fault["type"], fault["msg"])
        for fault in error.errors()
    )
    return InvalidRequest(f"{len(faults)} fields of the body are not valid.", faults=faults)
