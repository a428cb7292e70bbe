"""The application of a web process: API and its pages, middleware, problem handlers, and the worker beside them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import Final

from fastapi import APIRouter, FastAPI

from service.api import failures, health, metrics, openapi, reference, routers
from service.api.middleware import Envelope
from service.api.nouns import NounRouter
from service.api.options import ApiOptions, equip, open_desk, open_units
from service.api.request_figures import RequestFigures
from service.database.beside import units_beside
from service.database.unit_of_work import UnitsOfWork
from service.domain.second_factors import EntryRules
from service.matching.questions import QuestionDesk, answer_here
from service.settings import Settings
from service.web import site
from service.worker import running

API_PREFIX: Final = "/api/v1"


def create_app(settings: Settings, database_url: str, *, units: UnitsOfWork | None = None) -> FastAPI:
    """Build the application; the database is opened when it starts.

    Parameters
    ----------
    settings
        The settings of the process.
    database_url
        The database of the process; a schema that is behind ends the start.
    units
        Units of work that are open already (tests): then nothing is opened, no job is done, and questions are
        answered in a thread.
    """
    options = ApiOptions(
        secret_key=settings.secret_key.get_secret_value(),
        session_length=timedelta(hours=settings.session_hours),
        is_secure=not settings.demo,
        entry_rules=EntryRules(settings.second_factor, timedelta(minutes=settings.session_idle_minutes)),
        public_url=settings.public_url,
        webhooks_to_private=settings.webhooks_to_private,
        gateway_secret=settings.gateway_secret.get_secret_value() if settings.gateway_secret else None,
        metrics_token=settings.metrics_token.get_secret_value() if settings.metrics_token else None,
        photos_dir=settings.photos_dir,
    )

    app = FastAPI(
        title="Pasok",
        version="1",
        docs_url=None,
        redoc_url=None,
        lifespan=None if units else _lifespan(settings, database_url),
        generate_unique_id_function=openapi.operation_name,
    )
    equip(app, options)
    if units is not None:
        open_units(app, units)
        open_desk(app, answer_here)
    app.state.request_figures = RequestFigures()
    app.add_middleware(Envelope, is_secure=options.is_secure, note=app.state.request_figures.note)
    failures.install(app)
    openapi.install(app)
    site.install(app)
    app.include_router(health.router)
    app.include_router(metrics.router)
    app.include_router(reference.router)
    for router in api_routers():
        app.include_router(NounRouter(router, prefix=API_PREFIX), prefix=API_PREFIX)
    return app


def _lifespan(settings: Settings, database_url: str) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with (
            running(settings, database_url, work=settings.worker_in_process) as runtime,
            units_beside(runtime.units, database_url) as counting,
        ):
            open_units(app, runtime.units, runtime.replica, counting)
            desk = QuestionDesk()
            open_desk(app, desk)
            try:
                yield
            finally:
                desk.close()

    return lifespan


def api_routers() -> list[APIRouter]:
    """Return the ``router`` of every module of ``service.api.routers``, in the order of their names."""
    names = sorted(module.name for module in pkgutil.iter_modules(routers.__path__))
    return [importlib.import_module(f"{routers.__name__}.{name}").router for name in names]
