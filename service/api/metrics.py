"""What a monitoring system reads every few seconds: requests, and the state of queue and runs.

The lines are Prometheus' text format, written here: two kinds of figures do not need a library.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse

from service.api.errors import RouteNotFound
from service.api.figure_shelf import figures_of
from service.api.options import options_of, units_of
from service.api.request_figures import metric_line
from service.database.queries.figures import Figure, installation_figures

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

router = APIRouter(include_in_schema=False)


@router.get("/metrics")
async def read_metrics(request: Request) -> PlainTextResponse:
    """Show the figures to who knows the token, or without a token to this machine alone."""
    if not _may_read(request):
        raise RouteNotFound("There is nothing at this address.")
    async with units_of(request).begin() as work:
        figures = await installation_figures(work.session)
    lines = [*figures_of(request.app).lines(), *figure_lines(figures)]
    return PlainTextResponse("\n".join(lines) + "\n", media_type=CONTENT_TYPE)


def figure_lines(figures: Iterable[Figure]) -> Iterator[str]:
    """Yield the lines of what the database tells."""
    told: set[str] = set()
    for figure in figures:
        if figure.name not in told:
            told.add(figure.name)
            yield f"# HELP {figure.name} {figure.meaning}"
            yield f"# TYPE {figure.name} gauge"
        yield metric_line(figure.name, figure.labels, figure.value)


def _may_read(request: Request) -> bool:
    token = options_of(request).metrics_token
    if token is not None:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    if request.client is None or "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False  # a proxy on this machine speaks for others
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False
