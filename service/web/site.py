"""The pages as one: their routers, and what a browser sees at an address that does not exist."""

from __future__ import annotations

import importlib
import pkgutil

from fastapi import APIRouter, FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from service.api.failures import translated
from service.api.nouns import NounRouter
from service.api.problems import kind_of, problem_response
from service.web import pages
from service.web.refusals import drawn
from service.web.routes import PageRoute
from service.web.static_files import static_files

_WORTH_PACKING_BYTES = 800


def install(app: FastAPI) -> None:
    """Give an application its pages, its files, and compressed answers."""
    app.mount("/static", static_files, name="static")
    for router in page_routers():
        app.include_router(NounRouter(router))
    app.add_exception_handler(HTTPException, _not_there)
    app.add_middleware(GZipMiddleware, minimum_size=_WORTH_PACKING_BYTES, compresslevel=6)


def page_routers() -> list[APIRouter]:
    """Return the ``router`` of every module of ``service.web.pages``, in the order of their names."""
    names = sorted(module.name for module in pkgutil.iter_modules(pages.__path__))
    return [importlib.import_module(f"{pages.__name__}.{name}").router for name in names]


def page_behind(link: str) -> str | None:
    """Return which page a link leads to, as its route is written (``/orders/{order_id}``); nothing for all else."""
    path = link.partition("#")[0].partition("?")[0]
    for router in page_routers():
        for route in router.routes:
            if isinstance(route, PageRoute) and "GET" in (route.methods or ()) and route.path_regex.fullmatch(path):
                return route.path
    return None


def _not_there(request: Request, error: Exception) -> Response:
    told = translated(error)
    if request.url.path.startswith("/api/") or "text/html" not in request.headers.get("Accept", ""):
        return problem_response(told, request.url.path)
    return drawn(request, "refused.html", kind_of(type(told)).status, error=told)
