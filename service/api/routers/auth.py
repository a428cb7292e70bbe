"""Log in and out, and tell the caller who they are."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from service.api.credentials import Credentials, csrf_token
from service.api.dependencies import Caller, Work, allows, public
from service.api.login_answers import forget_session, session_answer, session_kind
from service.api.options import options_of
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.auth import LogInIn, MeOut, SessionOut
from service.api.schemas.organisations import OrganisationOut
from service.api.throttling import count_at
from service.database.queries.people import user_with_organisation
from service.domain.login_attempts import Gate
from service.domain.permissions import PERMISSIONS, Action, reach_of
from service.workflows.log_in import LogIn, log_in
from service.workflows.log_out import log_out

router = APIRouter(tags=["auth"], route_class=UnitOfWorkRoute)


@router.post("/auth/login", status_code=201, dependencies=[public()])
async def login(body: LogInIn, request: Request, response: Response, work: Work) -> SessionOut:
    """Open a session: as a cookie for browsers, and as a token for programs. Ten attempts in five minutes.

    Whoever has a second factor is refused with `second_factor_needed`: its `challenge` goes to `/auth/second-factor`.
    """
    options = options_of(request)
    await count_at(Gate.PASSWORD, request, account=body.username)
    command = LogIn(body.username, body.password.get_secret_value(), session_kind(request), options.secret_key)
    return session_answer(await log_in(work, command), options, response)


@router.post("/auth/logout", status_code=204, dependencies=[allows(Action.ACCOUNT, is_idempotent=True)])
async def logout(request: Request, response: Response, work: Work) -> None:
    """End the session that the request is made with; an API key stays (revoke it under `/api-keys`)."""
    await log_out(work, _credentials(request).secret)
    forget_session(response, options_of(request))


@router.get("/me", dependencies=[allows(Action.ACCOUNT)])
async def read_me(request: Request, work: Work, caller: Caller) -> MeOut:
    """Tell who calls, for which organisation, and what they may do."""
    user, organisation = await user_with_organisation(work.session, caller.user_id)
    credentials = _credentials(request)
    rights = {action: reach_of(caller, action) for action in PERMISSIONS}
    return MeOut(
        user_id=user.id,
        username=user.username,
        full_name=user.full_name,
        role=user.role,
        region_code=user.region_code,
        organisation=OrganisationOut.model_validate(organisation),
        rights={action.value: reach.value for action, reach in rights.items() if reach is not None},
        csrf_token=(csrf_token(options_of(request).secret_key, credentials.secret) if credentials.is_cookie else None),
    )


def _credentials(request: Request) -> Credentials:
    credentials: Credentials = request.state.credentials
    return credentials
