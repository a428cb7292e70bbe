"""The second factor: set up, confirm, remove one's own; reset another's; and its code at the login."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response

from service.api.dependencies import Caller, IfMatch, Work, allows, public
from service.api.etags import set_etag
from service.api.idempotency import keep_instead
from service.api.login_answers import session_answer, session_kind
from service.api.options import options_of
from service.api.routes import UnitOfWorkRoute
from service.api.schemas.auth import SessionOut
from service.api.schemas.second_factors import (
    ChallengedIn,
    CodeIn,
    NewSecondFactorOut,
    RecoveryCodesOut,
    SecondFactorOut,
)
from service.api.schemas.users import UserOut
from service.api.throttling import count_at
from service.database.queries.second_factors import find_factor
from service.domain.errors import ChallengeOver
from service.domain.login_attempts import Gate
from service.domain.login_challenges import challenge_of
from service.domain.permissions import Action
from service.domain.second_factors import must_have_second_factor
from service.workflows.begin_second_factor import begin_second_factor
from service.workflows.confirm_second_factor import ConfirmSecondFactor, confirm_second_factor
from service.workflows.pass_second_factor import PassSecondFactor, pass_second_factor
from service.workflows.remove_second_factor import (
    RemoveSecondFactor,
    ResetSecondFactor,
    remove_second_factor,
    reset_second_factor,
)

router = APIRouter(tags=["second factor"], route_class=UnitOfWorkRoute)


@router.post("/auth/second-factor", status_code=201, dependencies=[public()])
async def send_code(body: ChallengedIn, request: Request, response: Response, work: Work) -> SessionOut:
    """Finish a login whose password was right. Five attempts in five minutes."""
    options = options_of(request)
    challenge = challenge_of(body.challenge, options.secret_key, work.now)
    if challenge is None:
        raise ChallengeOver("The challenge is not valid, or no longer: log in anew.")
    await count_at(Gate.SECOND_FACTOR, request, account=str(challenge.user_id))
    code = body.code.get_secret_value()
    command = PassSecondFactor(challenge, code, session_kind(request), options.secret_key)
    return session_answer(await pass_second_factor(work, command), options, response)


@router.get("/account/second-factor", dependencies=[allows(Action.CREDENTIALS)])
async def read_second_factor(request: Request, work: Work, caller: Caller) -> SecondFactorOut:
    """Tell whether the caller has a second factor; neither key nor codes are shown again."""
    factor = await find_factor(work.session, caller.user_id)
    return SecondFactorOut(
        is_set=factor is not None and factor.confirmed_at is not None,
        since=factor.confirmed_at if factor else None,
        recovery_codes_left=len(factor.recovery_hashes) if factor else 0,
        is_required=must_have_second_factor(caller.role, options_of(request).entry_rules.second_factor),
    )


@router.post("/account/second-factor", status_code=201, dependencies=[allows(Action.CREDENTIALS)])
async def begin_factor(request: Request, work: Work) -> NewSecondFactorOut:
    """Make a key for the phone; it counts after `/account/second-factor/confirm`."""
    begun = await begin_second_factor(work, options_of(request).secret_key)
    keep_instead(request, NewSecondFactorOut(key=None, otpauth_uri=None).model_dump_json().encode())
    return NewSecondFactorOut(key=begun.key, otpauth_uri=begun.uri)


@router.post("/account/second-factor/confirm", dependencies=[allows(Action.CREDENTIALS)])
async def confirm_factor(body: CodeIn, request: Request, work: Work, caller: Caller) -> RecoveryCodesOut:
    """Put the second factor to use; the recovery codes are told once."""
    await count_at(Gate.SECOND_FACTOR, request, account=str(caller.user_id))
    command = ConfirmSecondFactor(body.code.get_secret_value(), options_of(request).secret_key)
    codes = await confirm_second_factor(work, command)
    keep_instead(request, RecoveryCodesOut(recovery_codes=None).model_dump_json().encode())
    return RecoveryCodesOut(recovery_codes=codes)


@router.post("/account/second-factor/remove", status_code=204, dependencies=[allows(Action.CREDENTIALS)])
async def remove_factor(body: CodeIn, request: Request, work: Work, caller: Caller) -> None:
    """Take the caller's own second factor away with a code of it."""
    await count_at(Gate.SECOND_FACTOR, request, account=str(caller.user_id))
    command = RemoveSecondFactor(body.code.get_secret_value(), options_of(request).secret_key)
    await remove_second_factor(work, command)


@router.post("/users/{user_id}/second-factor/reset", dependencies=[allows(Action.USERS_WRITE)])
async def reset_factor(user_id: UUID, work: Work, version: IfMatch, response: Response) -> UserOut:
    """Take a person's second factor away because the phone is lost; they set up a new one when they are in."""
    user = await reset_second_factor(work, ResetSecondFactor(user_id, version))
    set_etag(response, user.version)
    return UserOut.of(user)
