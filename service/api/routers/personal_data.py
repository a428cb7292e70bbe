"""What the service knows of a person: given to them, and taken away."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response

from service.api.dependencies import Caller, IfMatch, Work, allows
from service.api.etags import set_etag
from service.api.login_answers import forget_session
from service.api.options import options_of
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.personal_data import EraseSelfIn, PersonalDataOut
from service.api.schemas.users import UserOut
from service.api.throttling import count_at
from service.domain.login_attempts import Gate
from service.domain.permissions import Action
from service.workflows.erase_user import EraseSelf, EraseUser, erase_self, erase_user
from service.workflows.export_personal_data import export_personal_data

router = APIRouter(tags=["personal data"], route_class=UnitOfWorkRoute)


@router.get("/account/personal-data", dependencies=[allows(Action.CREDENTIALS)])
async def read_own_data(work: Work, caller: Caller, response: Response) -> PersonalDataOut:
    """Give the caller everything that is known of them."""
    response.headers["Content-Disposition"] = 'attachment; filename="pasok-data.json"'
    return PersonalDataOut.shown(await export_personal_data(work, caller.user_id))


@router.get("/users/{user_id}/personal-data", dependencies=[allows(Action.USERS_WRITE)])
async def read_data_of(user_id: UUID, work: Work) -> PersonalDataOut:
    """Give the administrator, who hands it on, everything that is known of a person."""
    return PersonalDataOut.shown(await export_personal_data(work, user_id))


@router.post("/account/erase", status_code=204, dependencies=[allows(Action.CREDENTIALS, is_idempotent=True)])
async def erase_own_account(
    body: EraseSelfIn, request: Request, response: Response, work: Work, caller: Caller
) -> None:
    """Erase the caller: name, contact, messages and ways in go at once and for good; what they did stays unnamed."""
    await count_at(Gate.PASSWORD, request, account=str(caller.user_id))
    await erase_self(work, EraseSelf(body.password.get_secret_value()))
    forget_session(response, options_of(request))


@router.post("/users/{user_id}/erase", dependencies=[allows(Action.USERS_WRITE)])
async def erase_person(user_id: UUID, work: Work, version: IfMatch, response: Response) -> UserOut:
    """Erase a person: name, contact, messages and ways in go at once and for good; what they did stays unnamed."""
    user = await erase_user(work, EraseUser(user_id, version))
    set_etag(response, user.version)
    return UserOut.of(user)
