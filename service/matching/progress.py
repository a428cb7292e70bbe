"""What a solve reports while it runs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a solve is: seconds since its start, the best total and the best proven bound so far, both in rupiah."""

    elapsed_s: float
    objective_idr: float | None
    bound_idr: float | None
    phase: str
