"""The description of the API: what FastAPI derives, plus who may call, which refusals to expect, and examples.

Examples come from the schemas: a field's ``examples``, or a model's. Each operation's bodies are composed of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts

from service.api.access import Access, access_of
from service.api.credentials import CSRF_HEADER, SAFE_METHODS, SESSION_COOKIE
from service.api.idempotency import HEADER as IDEMPOTENCY_HEADER
from service.api.problems import MEDIA_TYPE, ProblemOut
from service.domain.permissions import PERMISSIONS

DESCRIPTION: Final = f"""
Links the village cooperatives of a city to its school-meal kitchens.

* **Log in** at `/api/v1/auth/login` and send the token as `Authorization: Bearer ...`, or use an API key the same way.
  A browser's cookie works too; its changes need `{CSRF_HEADER}` or the same origin.
* **Quantities** are whole base units of the item (g, ml, pc), **money** whole rupiah, **shares** basis points
  (10,000 is all), **instants** UTC, **days** the region's calendar.
* Every **POST** needs `{IDEMPOTENCY_HEADER}` (a new UUID): repeated within 24 hours it has no second effect.
* Every **change** needs `If-Match` with the `ETag` of the version it was made from.
* **Lists** come in pages: `next_cursor` goes into `after`.
* **Refusals** are `application/problem+json` with a stable `code`; `/problems` lists them.
"""

_NAMES: Final = {
    400: "The request cannot be read, or a header is missing",
    401: "Not logged in",
    403: "Not permitted",
    404: "Not found, or not yours",
    409: "The state does not allow it",
    412: "Somebody changed it since",
    413: "The body is too large",
    415: "The body is not JSON",
    422: "A value is not valid, or a rule refuses it",
    428: "If-Match is missing",
    429: "Too many attempts",
    503: "Busy; try again",
}
_KEY_PARAMETER: Final = {
    "name": IDEMPOTENCY_HEADER,
    "in": "header",
    "required": True,
    "description": "A new UUID for each request; the same one when it is repeated",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "example": "8e03978e-40d5-43e8-bc93-6894a57f9324",
}
_ANY_CALLER: Final[list[dict[str, list[str]]]] = [{"bearer": []}, {"session": []}]


def operation_name(route: APIRoute) -> str:
    """Name an operation like its function."""
    return route.name


def install(app: FastAPI) -> None:
    """Make the application describe itself in full."""

    def describe() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _description(app)
        return app.openapi_schema

    app.openapi = describe  # type: ignore[method-assign]


def api_operations(app: FastAPI) -> Iterator[tuple[str, str, RouteContext, Access]]:
    """Yield path, method, route and rule of every operation of the API, as they are mounted."""
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, APIRoute) and route.include_in_schema and route.path_format:
            for method in sorted(route.methods or ()):
                yield route.path_format, method, route, access_of(route.original_route)


def _description(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(title=app.title, version=app.version, description=DESCRIPTION, routes=app.routes)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    problem = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs"))
    schemas["Problem"] = problem
    document["components"]["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "description": "Session token or API key"},
        "session": {"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE},
    }
    for path, method, _, access in api_operations(app):
        _complete(document["paths"][path][method.lower()], method, access, schemas)
    return document


def _complete(operation: dict[str, Any], method: str, access: Access, schemas: Mapping[str, Any]) -> None:
    parameters = operation.setdefault("parameters", [])
    is_keyed = method == "POST" and access.action is not None and not access.is_idempotent
    if is_keyed:
        parameters.append(dict(_KEY_PARAMETER))
    for parameter in parameters:
        if parameter["name"].lower() == "if-match":
            parameter["required"] = True
    if access.action is not None:
        operation["security"] = _ANY_CALLER
        roles = ", ".join(f"{role.value} ({reach.value})" for role, reach in PERMISSIONS[access.action].items())
        told = f"Right `{access.action.value}`: {roles}."
        operation["description"] = "\n\n".join(filter(None, [operation.get("description"), told]))
    for status in _refusals(operation, method, access):
        operation["responses"][str(status)] = _problem_answer(status, schemas)
    for content in _contents(operation):
        if "example" not in content and "examples" not in content:
            content["example"] = example_of(content.get("schema", {}), schemas)


def _refusals(operation: Mapping[str, Any], method: str, access: Access) -> list[int]:
    names = {parameter["name"].lower() for parameter in operation["parameters"]}
    has_body = "requestBody" in operation
    found = {503}
    found |= {401, 403} if access.action is not None else {401, 404, 429}
    found |= {404} if any(parameter["in"] == "path" for parameter in operation["parameters"]) else set()
    found |= {422} if has_body or names - {"if-match", IDEMPOTENCY_HEADER.lower()} else set()
    found |= {400, 413, 415} if has_body else set()
    found |= {400, 412, 428} if "if-match" in names else set()
    found |= {400, 409, 422} if IDEMPOTENCY_HEADER.lower() in names else set()
    found |= {403, 409} if method not in SAFE_METHODS else set()
    return sorted(found)


def _problem_answer(status: int, schemas: Mapping[str, Any]) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    example = {**example_of(schema, schemas), "status": status, "title": _NAMES[status]}
    return {"description": _NAMES[status], "content": {MEDIA_TYPE: {"schema": schema, "example": example}}}


def _contents(operation: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield from operation.get("requestBody", {}).get("content", {}).values()
    for response in operation["responses"].values():
        yield from response.get("content", {}).values()


def example_of(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:  # noqa: ANN401 (any JSON value)
    """Compose an example of a schema from the examples of its parts."""
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    for key in ("examples", "enum"):
        if schema.get(key):
            return schema[key][0]
    for key in ("example", "const", "default"):
        if key in schema:
            return schema[key]
    for key in ("allOf", "anyOf", "oneOf"):
        if key in schema:
            return example_of(schema[key][0], schemas)
    if "properties" in schema:
        return {name: example_of(part, schemas) for name, part in schema["properties"].items()}
    return _bare_example(schema, schemas)


def _bare_example(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:  # noqa: ANN401 (any JSON value)
    by_format = {
        "uuid": "01938f3a-5c00-7000-8000-000000000001",
        "date": "2026-11-30",
        "date-time": "2026-11-24T03:00:00Z",
    }
    if schema.get("format") in by_format:
        return by_format[schema["format"]]
    if schema.get("type") == "array":
        return [example_of(schema.get("items", {}), schemas)]
    return {"integer": schema.get("minimum", 1), "number": 1.5, "boolean": True, "object": {}}.get(
        schema.get("type", ""), "text"
    )
