"""The API's own pages: the interactive description at /docs, and what each kind of problem means."""

from __future__ import annotations

from html import escape
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from service.api.middleware import CONTENT_POLICY
from service.api.problems import ProblemKind, kinds_by_code
from service.domain.errors import NotFound

router = APIRouter(include_in_schema=False)

_DOCS_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/static/swagger/swagger-ui.css">
<title>Pasok API</title>
</head>
<body>
<div id="swagger-ui"></div>
<script src="/static/swagger/swagger-ui-bundle.js"></script>
<script src="/static/swagger/start.js"></script>
</body>
</html>
"""

_PROBLEM_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>{title}</title>
</head>
<body>
<h1>{title}</h1>
<p><code>{code}</code>, HTTP {status}</p>
<p>{advice}</p>
<p><a href="/problems">All problems</a> · <a href="/docs">API</a></p>
</body>
</html>
"""


@router.get("/docs")
async def docs() -> Response:
    """Show the API in the browser, from our own files only; Swagger UI sets styles in its elements."""
    policy = f"{CONTENT_POLICY}; style-src 'self' 'unsafe-inline'"
    return HTMLResponse(_DOCS_PAGE, headers={"Content-Security-Policy": policy})


@router.get("/problems")
async def problems() -> Response:
    """List every kind of problem."""
    return JSONResponse([_facts(code, kind) for code, kind in sorted(kinds_by_code().items())])


@router.get("/problems/{code}")
async def problem(code: str, request: Request) -> Response:
    """Explain one kind of problem, as a page for browsers and as JSON for programs."""
    kind = kinds_by_code().get(code)
    if kind is None:
        raise NotFound("No such kind of problem.")
    facts = _facts(code, kind)
    if "text/html" in request.headers.get("Accept", ""):
        return HTMLResponse(_PROBLEM_PAGE.format(**{name: escape(str(value)) for name, value in facts.items()}))
    return JSONResponse(facts)


def _facts(code: str, kind: ProblemKind) -> dict[str, str | int]:
    return {
        "type": f"/problems/{code}",
        "code": code,
        "title": kind.title,
        "status": kind.status.value,
        "advice": kind.advice,
    }
