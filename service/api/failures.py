"""What the exceptions of the libraries mean in our tree of errors, so that each leaves as a problem."""

from __future__ import annotations

import errno
import logging
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from service.api import errors as api
from service.api.problems import problem_response
from service.domain import errors as trade
from service.domain.errors import DomainError, FieldFault

log = logging.getLogger(__name__)


_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def install(app: FastAPI) -> None:
    """Make the application tell every failure as a problem; what is not expected is told by the middleware."""

    def told(request: Request, error: Exception) -> JSONResponse:
        return problem_response(translated(error), request.url.path)

    for kind in (DomainError, HTTPException, RequestValidationError, SQLAlchemyError, OSError):
        app.add_exception_handler(kind, told)


def translated(error: Exception) -> DomainError:
    """Return the error of our tree that an exception of a library means; a bug is raised on as it is."""
    if isinstance(error, DomainError):
        return error
    if isinstance(error, RequestValidationError):
        return _invalid_request(error)
    if isinstance(error, HTTPException):
        return _http_error(error)
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        log.error("storage_full", extra={"errno": error.errno})
        return api.StorageFull("The disk of the service is full.")
    if isinstance(error, PoolTimeout):
        return api.DatabaseBusy("All connections to the database are in use.")
    if isinstance(error, DBAPIError):
        return _database_error(error)
    raise error


def _invalid_request(error: RequestValidationError) -> DomainError:
    found = error.errors()
    if found and found[0]["type"] == "json_invalid":
        reason, position = found[0]["ctx"]["error"], found[0]["loc"][-1]
        return api.BodyNotJson(f"The body is not JSON: {reason} at character {position}.")
    faults = tuple(_faults(found))
    count = "1 field is" if len(faults) == 1 else f"{len(faults)} fields are"
    return api.InvalidRequest(f"{count} not valid.", faults=faults)


def _faults(found: Any) -> Iterator[FieldFault]:  # noqa: ANN401 (pydantic's own list of dicts)
    for fault in found:
        where = [str(part) for part in fault["loc"]]
        path = where[1:] if len(where) > 1 else where
        yield FieldFault(".".join(path), fault["type"], fault["msg"])


def _http_error(error: HTTPException) -> DomainError:
    if error.status_code == HTTPStatus.NOT_FOUND:
        return api.RouteNotFound("There is nothing at this address.")
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = sorted(name.strip() for name in (error.headers or {}).get("Allow", "").split(","))
        return api.MethodNotAllowed("This address does not know the method.", allowed=allowed)
    return api.BadRequest(str(error.detail))


# PostgreSQL's error classes (SQLSTATE), for what code checked but another transaction changed in between.
_UNIQUE = frozenset({"23505", "23P01"})
_CONSTRAINT = frozenset({"23502", "23503", "23514"})
_BUSY = frozenset({"40001", "40P01", "55P03", "57014", "53300", "57P01", "57P03"})


def _database_error(error: DBAPIError) -> DomainError:
    state = getattr(error.orig, "sqlstate", None) or ""
    diagnosis = getattr(error.orig, "diag", None)
    constraint = getattr(diagnosis, "constraint_name", None)
    if state in _UNIQUE:
        return trade.AlreadyExists("There is one already.", constraint=constraint)
    if state in _CONSTRAINT:
        return trade.RuleBroken("The database refuses the values.", constraint=constraint)
    if state.startswith("22") or type(error.orig).__name__ == "DataError":
        return trade.RuleBroken("A value is too large, or holds a character that cannot be stored.")
    is_away = isinstance(error, OperationalError | InterfaceError) and not state
    if state in _BUSY or error.connection_invalidated or is_away:
        log.warning("database_busy", extra={"sqlstate": state})
        return api.DatabaseBusy("The database is busy or not reachable.")
    raise error
