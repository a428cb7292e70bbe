"""What a solver of mixed-integer programs answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from benchmarks.peers.model import Floats

GAP: Final = 1e-4
"""Relative gap at which everybody may stop, as the optimiser itself does."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Status as the solver calls it, its best vector if it has one, and its proven bound if it gives one."""

    status: str
    x: Floats | None
    bound: float | None
