"""Every failure leaves as ``application/problem+json`` (RFC 9457): one table from error class to status and words."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from service.api import errors as api
from service.api.logged_paths import logged_path
from service.domain import errors as trade
from service.domain.errors import DomainError
from service.telemetry import current_correlation_id

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 2
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """How a class of errors is told: HTTP status, a title that never changes, and what the caller can do."""

    status: HTTPStatus
    title: str
    advice: str


_S = HTTPStatus
PROBLEMS: Mapping[type[DomainError], ProblemKind] = {
    DomainError: ProblemKind(_S.CONFLICT, "Refused", "Read `detail`."),
    trade.NotFound: ProblemKind(
        _S.NOT_FOUND, "Not found", "There is no such thing, or it is not yours: the two look the same."
    ),
    trade.NotAuthenticated: ProblemKind(
        _S.UNAUTHORIZED, "Not logged in", "Log in at /api/v1/auth/login, or send a valid API key as a bearer token."
    ),
    trade.SecondFactorNeeded: ProblemKind(
        _S.UNAUTHORIZED, "Code needed", "Send `challenge` and the code of your phone to /api/v1/auth/second-factor."
    ),
    trade.CodeRefused: ProblemKind(
        _S.UNAUTHORIZED, "Code refused", "Send the code that the phone shows now, or a recovery code not used yet."
    ),
    trade.ChallengeOver: ProblemKind(
        _S.UNAUTHORIZED, "Log in anew", "Send name and password to /api/v1/auth/login for another `challenge`."
    ),
    trade.SecondFactorRequired: ProblemKind(
        _S.FORBIDDEN, "Second factor required", "Set one up at /api/v1/account/second-factor; then log in with it."
    ),
    trade.NotPermitted: ProblemKind(
        _S.FORBIDDEN, "Not permitted", "Your role, or the scopes of your API key, do not include the named action."
    ),
    trade.Conflict: ProblemKind(_S.CONFLICT, "Conflict", "The state has changed: read the thing again, then decide."),
    trade.AlreadyExists: ProblemKind(_S.CONFLICT, "Already exists", "Choose another code, name, day or number."),
    trade.IllegalTransition: ProblemKind(
        _S.CONFLICT, "Not possible in this status", "`allowed` names the statuses that may follow `current`."
    ),
    trade.NotDispatched: ProblemKind(
        _S.CONFLICT, "Not dispatched", "The cooperative has not let the goods leave yet: weigh them when it has."
    ),
    trade.SupplyExhausted: ProblemKind(_S.CONFLICT, "Supply exhausted", "The goods are promised to somebody else."),
    trade.StaleVersion: ProblemKind(
        _S.PRECONDITION_FAILED, "Stale version", "Somebody changed it: read it again and send the new ETag in If-Match."
    ),
    trade.PlanOutdated: ProblemKind(
        _S.CONFLICT, "Plan outdated", "`changes` names what is no longer as planned: run the matching again."
    ),
    trade.AlreadyAnswered: ProblemKind(
        _S.CONFLICT, "Already answered", "`lines` tells the state of the lines that do not wait for an answer any more."
    ),
    trade.CannotUndo: ProblemKind(
        _S.CONFLICT, "Cannot be taken back", "`reason` tells why the answer stands; goods can be given back instead."
    ),
    trade.RespondByPassed: ProblemKind(
        _S.CONFLICT,
        "Too late to answer",
        "Silence until `respond_by_at` is a decline; `lines` tells what became of each.",
    ),
    trade.LotAlreadyOffered: ProblemKind(
        _S.CONFLICT, "Lot already offered", "The lot stands in another open offer: withdraw that one first."
    ),
    trade.ReceiptSigned: ProblemKind(
        _S.CONFLICT,
        "Receipt signed",
        "`signed` names who signed; until both sides have, they can take it back.",
    ),
    trade.NotWeighed: ProblemKind(
        _S.CONFLICT, "Not weighed", "`positions` names the lines of the delivery that nobody has weighed yet."
    ),
    trade.NotSigned: ProblemKind(
        _S.CONFLICT, "Not signed", "Until both sides have signed, weigh the lines anew instead."
    ),
    trade.MoneyRefunded: ProblemKind(
        _S.CONFLICT, "Money refunded", "The cooperative gave the money back; at most `most_idr` is still with it."
    ),
    trade.AlreadyReversed: ProblemKind(_S.CONFLICT, "Already reversed", "The payment was taken back before."),
    trade.WeighedSince: ProblemKind(
        _S.CONFLICT, "Weighed since", "Lines at `positions` were weighed anew after you signed: read, then sign again."
    ),
    trade.Superseded: ProblemKind(
        _S.CONFLICT, "Superseded", "Something made later stands already; nothing changed, and nothing is to be done."
    ),
    trade.ActionIdReused: ProblemKind(_S.CONFLICT, "Action id reused", "Give each action a UUID of its own."),
    trade.RunActive: ProblemKind(
        _S.CONFLICT, "Run active", "`run_id` is at work on that week: wait for it, or cancel it."
    ),
    trade.TooManyWhatIfs: ProblemKind(
        _S.CONFLICT, "Too many what-ifs", "At most `most` wait at a time: ask again when one has ended, or cancel one."
    ),
    trade.TooManyWebhooks: ProblemKind(
        _S.CONFLICT, "Too many webhooks", "An organisation has at most `most`: remove one, or let one hear more."
    ),
    trade.KeptOut: ProblemKind(
        _S.CONFLICT, "Kept out of the plan", "`reasons` names the rules and the days: mend them for the next run."
    ),
    trade.NoPlanFile: ProblemKind(
        _S.CONFLICT, "No file of the plan", "The plan is older than its explanations: run the matching again."
    ),
    trade.GoodsPromised: ProblemKind(
        _S.CONFLICT, "Goods promised", "Orders hold part of it: withdraw the rest and publish that anew."
    ),
    trade.DraftExists: ProblemKind(
        _S.CONFLICT, "Draft exists", "Change, submit or withdraw the draft that `forecast_id` names."
    ),
    trade.BeforeCutOff: ProblemKind(
        _S.CONFLICT, "Before the cut-off", "Send a new forecast; corrections are for after the cut-off."
    ),
    trade.WeekPlanned: ProblemKind(
        _S.CONFLICT, "Week is planned", "The plan is published: correct the forecast that counts, with a reason."
    ),
    trade.RuleBroken: ProblemKind(_S.UNPROCESSABLE_ENTITY, "Rule broken", "`detail` names the rule."),
    trade.ClockWrong: ProblemKind(
        _S.UNPROCESSABLE_ENTITY, "Clock wrong", "`made_at` lies between `earliest` and `latest`: set the clock."
    ),
    trade.InvalidField: ProblemKind(
        _S.UNPROCESSABLE_ENTITY, "Invalid field", "`errors` names each field and what would be valid."
    ),
    trade.PriceAboveCap: ProblemKind(
        _S.UNPROCESSABLE_ENTITY, "Price above the cap", "Ask at most `limit_idr`, or have a HAP exception granted."
    ),
    trade.ItemNotForKitchens: ProblemKind(
        _S.UNPROCESSABLE_ENTITY, "Item not for kitchens", "Goods subsidised for households; choose another item."
    ),
    trade.AfterCutOff: ProblemKind(
        _S.CONFLICT, "After the cut-off", "Send a correction that gives its reason instead."
    ),
    trade.RowsRefused: ProblemKind(
        _S.UNPROCESSABLE_ENTITY, "Rows refused", "Mend the named rows, or send the file with `take=good`."
    ),
    trade.BudgetExceeded: ProblemKind(
        _S.UNPROCESSABLE_ENTITY, "Budget exceeded", "Plan at most `budget_idr`; `dearest_date` is where to look first."
    ),
    trade.OrganisationInactive: ProblemKind(
        _S.CONFLICT, "Organisation not active", "The city operator admits organisations and lifts suspensions."
    ),
    api.BadRequest: ProblemKind(_S.BAD_REQUEST, "Bad request", "The request cannot be read as HTTP or text."),
    api.BodyNotJson: ProblemKind(_S.BAD_REQUEST, "Body is not JSON", "Send one JSON value in UTF-8."),
    api.IdempotencyKeyMissing: ProblemKind(
        _S.BAD_REQUEST, "Idempotency-Key is missing", "Send a new UUID with each POST, the same one with each retry."
    ),
    api.IdempotencyKeyInvalid: ProblemKind(
        _S.BAD_REQUEST, "Idempotency-Key is not valid", "1 to 200 printable ASCII characters; a UUID is best."
    ),
    api.IfMatchInvalid: ProblemKind(_S.BAD_REQUEST, "If-Match is not valid", 'Send the ETag you were given: "3".'),
    api.CsrfRefused: ProblemKind(
        _S.FORBIDDEN, "Request from elsewhere", "A browser must send X-Pasok-CSRF, or come from the same origin."
    ),
    api.OtherReader: ProblemKind(
        _S.PRECONDITION_FAILED, "Opened by another user", "Open the page anew, or log in as whoever filled the form in."
    ),
    api.RouteNotFound: ProblemKind(_S.NOT_FOUND, "No such address", "/docs lists every address."),
    api.MethodNotAllowed: ProblemKind(_S.METHOD_NOT_ALLOWED, "Method not allowed", "`allowed` names the methods."),
    api.IdempotencyKeyInUse: ProblemKind(
        _S.CONFLICT, "Idempotency-Key in use", "The first request is still running: wait, then retry with the same key."
    ),
    api.BodyTooLarge: ProblemKind(_S.REQUEST_ENTITY_TOO_LARGE, "Body too large", "`limit_bytes` is the largest body."),
    api.RequestTimeout: ProblemKind(_S.REQUEST_TIMEOUT, "Too slow", "Send the body without long pauses."),
    api.UnsupportedMediaType: ProblemKind(
        _S.UNSUPPORTED_MEDIA_TYPE, "Unsupported media type", "Send Content-Type: application/json."
    ),
    api.InvalidRequest: ProblemKind(
        _S.UNPROCESSABLE_ENTITY, "Invalid request", "`errors` names each field and what would be valid."
    ),
    api.IdempotencyKeyReused: ProblemKind(
        _S.UNPROCESSABLE_ENTITY, "Idempotency-Key reused", "The key belongs to another request: take a new one."
    ),
    api.IfMatchMissing: ProblemKind(
        _S.PRECONDITION_REQUIRED, "If-Match is missing", "Read the thing, then send its ETag in If-Match."
    ),
    trade.TooManyLogins: ProblemKind(_S.TOO_MANY_REQUESTS, "Too many logins", "Wait as long as Retry-After says."),
    api.InternalError: ProblemKind(
        _S.INTERNAL_SERVER_ERROR, "Internal error", "A fault of ours; report the correlation_id."
    ),
    api.AnswerUnavailable: ProblemKind(
        _S.SERVICE_UNAVAILABLE, "No answer in time", "Retry after the seconds of Retry-After: many questions wait."
    ),
    trade.TooManyLists: ProblemKind(
        _S.SERVICE_UNAVAILABLE,
        "Too many lists at once",
        "Retry after the seconds of Retry-After: others are being read.",
    ),
    api.StorageFull: ProblemKind(
        _S.INSUFFICIENT_STORAGE, "No room", "Nothing was kept: try again once the city has made room on its disk."
    ),
    api.Draining: ProblemKind(_S.SERVICE_UNAVAILABLE, "About to stop", "Ask another web process of the same service."),
    api.DatabaseBusy: ProblemKind(
        _S.SERVICE_UNAVAILABLE, "Busy", "Retry after the seconds of Retry-After, with the same Idempotency-Key."
    ),
}


class FaultOut(BaseModel):
    """One wrong value."""

    field: str = Field(description="Dotted path of the field: `lines.0.item_code`", examples=["price_idr"])
    code: str = Field(description="Stable code", examples=["greater_than"])
    message: str = Field(description="What is wrong and what would be valid", examples=["Must be greater than 0"])


class ProblemOut(BaseModel):
    """The body of every refusal; further members hold the facts of the case."""

    model_config = ConfigDict(extra="allow", title="Problem")

    type: str = Field(description="Address of an explanation", examples=["/problems/invalid_request"])
    title: str = Field(examples=["Invalid request"])
    status: int = Field(examples=[422])
    detail: str = Field(description="This case in a sentence", examples=["1 field is not valid."])
    instance: str = Field(description="Path of the request", examples=["/api/v1/price-caps"])
    code: str = Field(description="Stable code of the kind of problem", examples=["invalid_request"])
    errors: list[FaultOut] = Field(default_factory=list, description="The wrong fields, if fields are wrong")
    correlation_id: str = Field(description="Quote it when you ask for help", examples=["7d1e0c7ad4e64a3e"])


def kind_of(error: type[DomainError]) -> ProblemKind:
    """Return the row of an error class, or of the nearest class above it."""
    return next(PROBLEMS[known] for known in error.__mro__ if known in PROBLEMS)


def kinds_by_code() -> dict[str, ProblemKind]:
    """Return every kind of problem by its code."""
    return {error.code: kind for error, kind in PROBLEMS.items()}


def problem_document(error: DomainError, instance: str) -> dict[str, Any]:
    """Return what is told of an error."""
    errors = [{"field": f.field, "code": f.code, "message": f.message} for f in error.faults]
    kind = kind_of(type(error))
    return _document(kind, error.facts, code=error.code, detail=error.detail, errors=errors, instance=instance)


def kept_document(refusal: Mapping[str, Any], instance: str) -> dict[str, Any]:
    """Return what is told of an error that was kept as code, detail, errors and facts."""
    kind = kinds_by_code().get(refusal["code"], PROBLEMS[DomainError])
    words = {name: refusal[name] for name in ("code", "detail", "errors")}
    return _document(kind, refusal["facts"], **words, instance=instance)


def _document(kind: ProblemKind, facts: Mapping[str, Any], **words: object) -> dict[str, Any]:
    return {
        **facts,
        **words,
        "type": f"/problems/{words['code']}",
        "title": kind.title,
        "status": kind.status.value,
        "correlation_id": current_correlation_id(),
    }


def problem_response(error: DomainError, instance: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return the answer that tells an error."""
    kind = kind_of(type(error))
    body = problem_document(error, instance)
    log.info("refused", extra={"code": error.code, "status": kind.status.value, "path": logged_path(instance)})
    more = {**headers_for(error, kind), **(headers or {})}
    return JSONResponse(jsonable_encoder(body), kind.status.value, headers=more, media_type=MEDIA_TYPE)


def headers_for(error: DomainError, kind: ProblemKind) -> dict[str, str]:
    """Return what HTTP itself has to tell with an error: how long to wait, how to log in, which methods there are."""
    if kind.status is _S.UNAUTHORIZED:
        return {"WWW-Authenticate": "Bearer"}
    if kind.status is _S.SERVICE_UNAVAILABLE:
        return {"Retry-After": str(RETRY_AFTER_S)}
    if isinstance(error, trade.TooManyLogins):
        return {"Retry-After": str(error.facts["retry_after_s"])}
    if isinstance(error, api.RequestTimeout):
        return {"Connection": "close"}
    if isinstance(error, api.MethodNotAllowed):
        return {"Allow": ", ".join(error.facts["allowed"])}  # type: ignore[arg-type]
    return {}
