"""The file format as one mixed-integer program: its executable statement.

Written from the format's rules and cost terms alone, one function for each (``rules.py``, ``goals.py``), sharing
nothing with the optimiser but the problem and the plan. A plan is allowed exactly if its vector (``vectors.py``) breaks
no row, and then it costs what the objective says. Any solver of mixed-integer programs can take the model.
"""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.peers.draft import Columns, Draft
from benchmarks.peers.goals import GOALS
from benchmarks.peers.model import Model
from benchmarks.peers.rules import HARD_RULES
from benchmarks.peers.ways import ways_of
from service.matching.problem import Problem


@dataclass(frozen=True, slots=True)
class Statement:
    """A problem's program; ``columns`` are those of each symbol by key."""

    draft: Draft
    model: Model

    @property
    def columns(self) -> dict[str, Columns]:
        """Columns of each symbol."""
        return self.draft.columns


def state(problem: Problem) -> Statement:
    """Write the program of a problem."""
    draft = Draft(problem, ways_of(problem))
    for write in (*HARD_RULES, *GOALS):
        write(draft)
    return Statement(draft, draft.builder.build())
