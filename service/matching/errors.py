"""What can go wrong in matching; no HTTP here.

::

    MatchingError
    ├── InvalidDocument     a file that is not what the format says; every fault is named
    │   ├── InvalidProblem
    │   ├── InvalidPlan
    │   └── InvalidScenario
    ├── UnreadableFile      a file of the command line that cannot be read
    ├── UnwritableFile      or written
    ├── UnknownPart         a question about something that the problem does not have
    ├── NotOneQuestion      none or several at a time
    ├── AnswerFailed        a question that nobody could answer in time
    ├── AnswerNotReady      or not as soon as whoever asks would wait: it is computed still
    ├── SolveCancelled      somebody cancelled it before there was any plan
    └── SolverFailed        no plan came back, or one that breaks a rule: our bug, or the machine's
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Fault:
    """One wrong value: where (JSON pointer, RFC 6901), stable code, and what is wrong with it."""

    pointer: str
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.pointer or '(document)'}: {self.message}"


class MatchingError(Exception):
    """Base of what matching refuses or fails at, with a stable ``code``."""

    code: ClassVar[str] = "matching_error"


class InvalidDocument(MatchingError):
    """A document that breaks its format; carries every fault, in the order of the document's parts."""

    code = "invalid_document"

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(str(fault) for fault in faults))
        self.faults = faults


class InvalidProblem(InvalidDocument):
    """The problem is wrong or contradicts itself; nothing was solved."""

    code = "invalid_problem"


class InvalidPlan(InvalidDocument):
    """The plan does not have the shape of a plan; nothing was checked."""

    code = "invalid_plan"


class InvalidScenario(InvalidDocument):
    """A what-if that does not fit the problem it changes; nothing was solved."""

    code = "invalid_scenario"


class SolverFailed(MatchingError):
    """The solve ended without a plan that may be shown.

    Attributes
    ----------
    detail
        What happened, one sentence.
    stderr_tail
        The last lines the solving process wrote, for the log; empty if none.
    """

    code = "solver_failed"

    def __init__(self, detail: str, *, stderr_tail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.stderr_tail = stderr_tail


class SolveCancelled(MatchingError):
    """The solve was cancelled before there was any plan."""

    code = "solve_cancelled"


class UnreadableFile(MatchingError):
    """A file cannot be read."""

    code = "unreadable_file"


class UnwritableFile(MatchingError):
    """A file cannot be written."""

    code = "unwritable_file"


class UnknownPart(MatchingError):
    """A question names a line, source or delivery that the plan or its problem does not have."""

    code = "unknown_part"


class AnswerFailed(MatchingError):
    """No answer came in time, or the process that computes answers ended."""

    code = "answer_failed"


class AnswerNotReady(MatchingError):
    """The answer is being computed and takes longer than whoever asks would wait; whoever asks again finds it."""

    code = "answer_not_ready"


class NotOneQuestion(MatchingError):
    """None or several questions were asked at a time."""

    code = "not_one_question"
