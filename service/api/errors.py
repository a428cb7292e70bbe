"""Refusals that only HTTP knows; with the trade's errors they make one tree that ``problems.py`` gives its statuses."""

from service.domain.errors import DomainError


class BadRequest(DomainError):
    code = "bad_request"


class BodyNotJson(BadRequest):
    code = "body_not_json"


class IdempotencyKeyMissing(BadRequest):
    code = "idempotency_key_missing"


class IdempotencyKeyInvalid(BadRequest):
    code = "idempotency_key_invalid"


class IfMatchInvalid(BadRequest):
    code = "if_match_invalid"


class CsrfRefused(DomainError):
    code = "csrf_refused"


class OtherReader(DomainError):
    code = "other_reader"


class RouteNotFound(DomainError):
    code = "route_not_found"


class MethodNotAllowed(DomainError):
    code = "method_not_allowed"


class IdempotencyKeyInUse(DomainError):
    code = "idempotency_key_in_use"


class BodyTooLarge(DomainError):
    code = "body_too_large"


class RequestTimeout(DomainError):
    code = "request_timeout"


class UnsupportedMediaType(DomainError):
    code = "unsupported_media_type"


class InvalidRequest(DomainError):
    code = "invalid_request"


class IdempotencyKeyReused(DomainError):
    code = "idempotency_key_reused"


class IfMatchMissing(DomainError):
    code = "if_match_missing"


class InternalError(DomainError):
    code = "internal_error"


class DatabaseBusy(DomainError):
    code = "database_busy"


class Draining(DomainError):
    code = "draining"


class StorageFull(DomainError):
    code = "storage_full"


class AnswerUnavailable(DomainError):
    code = "answer_unavailable"
