"""What a monitoring system reads every few seconds: requests of this process, and the state of queue and runs.

The lines are Prometheus' text format, written here: two kinds of figures do not need a library.
"""

from __future__ import annotations

import hmac
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse

from service.api.errors import RouteNotFound
from service.api.options import options_of, units_of
from service.database.queries.figures import Figure, installation_figures

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BUCKETS_S: Final = (0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.5, 10.0)

router = APIRouter(include_in_schema=False)


@dataclass
class RequestFigures:
    """How many requests this process answered, and how long they took, by method, route and status."""

    counts: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    buckets: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    """By method, route and the number of the first bucket that holds the duration."""
    seconds: Counter[tuple[str, str]] = field(default_factory=Counter)

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request; methods that nobody knows are one."""
        method = method if method in METHODS else "other"
        self.counts[method, route, status] += 1
        self.buckets[method, route, bisect_left(BUCKETS_S, seconds)] += 1
        self.seconds[method, route] += seconds  # type: ignore[assignment]

    def lines(self) -> Iterator[str]:
        """Yield the lines of requests and latencies."""
        name = "pasok_http_requests_total"
        yield f"# TYPE {name} counter"
        for (method, route, status), count in sorted(self.counts.items()):
            yield _line(name, {"method": method, "route": route, "status": str(status)}, count)
        name = "pasok_http_request_seconds"
        yield f"# TYPE {name} histogram"
        for (method, route), seconds in sorted(self.seconds.items()):
            labels, total = {"method": method, "route": route}, 0
            for number, bound in enumerate((*map(str, BUCKETS_S), "+Inf")):
                total += self.buckets[method, route, number]
                yield _line(f"{name}_bucket", {**labels, "le": bound}, total)
            yield _line(f"{name}_sum", labels, seconds)
            yield _line(f"{name}_count", labels, total)


@router.get("/metrics")
async def read_metrics(request: Request) -> PlainTextResponse:
    """Show the figures to who knows the token, or without a token to this machine alone."""
    if not _may_read(request):
        raise RouteNotFound("There is nothing at this address.")
    async with units_of(request).begin() as work:
        figures = await installation_figures(work.session)
    requests: RequestFigures = request.app.state.request_figures
    lines = [*requests.lines(), *figure_lines(figures)]
    return PlainTextResponse("\n".join(lines) + "\n", media_type=CONTENT_TYPE)


def figure_lines(figures: Iterable[Figure]) -> Iterator[str]:
    """Yield the lines of what the database tells."""
    told: set[str] = set()
    for figure in figures:
        if figure.name not in told:
            told.add(figure.name)
            yield f"# HELP {figure.name} {figure.meaning}"
            yield f"# TYPE {figure.name} gauge"
        yield _line(figure.name, figure.labels, figure.value)


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


def _line(name: str, labels: Mapping[str, str], value: float) -> str:
    inside = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
    return f"{name}{{{inside}}} {value:g}" if inside else f"{name} {value:g}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
