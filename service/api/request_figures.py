"""How many requests a process answered and how long they took, as lines of Prometheus' text format."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BUCKETS_S: Final = (0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.5, 10.0)


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

    def parts(self) -> tuple[Counter[Any], Counter[Any], Counter[Any]]:
        """Return the three kinds of counts, always in one order."""
        return self.counts, self.buckets, self.seconds

    def add(self, other: RequestFigures) -> None:
        """Count what another counted."""
        for own, others in zip(self.parts(), other.parts(), strict=True):
            own.update(others)

    def lines(self) -> Iterator[str]:
        """Yield the lines of requests and latencies."""
        name = "pasok_http_requests_total"
        yield f"# TYPE {name} counter"
        for (method, route, status), count in sorted(self.counts.items()):
            yield metric_line(name, {"method": method, "route": route, "status": str(status)}, count)
        name = "pasok_http_request_seconds"
        yield f"# TYPE {name} histogram"
        for (method, route), seconds in sorted(self.seconds.items()):
            labels, total = {"method": method, "route": route}, 0
            for number, bound in enumerate((*map(str, BUCKETS_S), "+Inf")):
                total += self.buckets[method, route, number]
                yield metric_line(f"{name}_bucket", {**labels, "le": bound}, total)
            yield metric_line(f"{name}_sum", labels, seconds)
            yield metric_line(f"{name}_count", labels, total)


def metric_line(name: str, labels: Mapping[str, str], value: float) -> str:
    """Return one figure as a line."""
    inside = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
    return f"{name}{{{inside}}} {value:g}" if inside else f"{name} {value:g}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
