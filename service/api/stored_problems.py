"""A run's problem or plan as an HTTP answer: the stored bytes, compressed as they are for those who can read it so."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from fastapi import Request, Response

from service.domain.errors import NoPlanFile
from service.domain.runs import RunPlan, RunProblem
from service.workflows.problem_file import unpacked

PLAN_ANSWER: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The file `pasok check` and `pasok explain` read",
        "content": {
            "application/json": {
                "example": {
                    "format": "pasok-plan/1",
                    "allocations": [],
                    "purchases": [],
                    "objective_idr": 6_412_000_000,
                    "bound_idr": 6_301_000_000,
                    "gap": 0.0174,
                    "status": "feasible",
                }
            }
        },
    },
    304: {"description": "The file has the ETag that was sent"},
}


def problem_answer(request: Request, stored: RunProblem) -> Response:
    """Return the file with its SHA-256 as ETag, or only say that the caller has it already."""
    return _file_answer(request, stored, f"problem-{stored.run_id}.json")


def plan_answer(request: Request, files: tuple[RunProblem, RunPlan] | None, run_id: UUID) -> Response:
    """Return a run's plan as its file, likewise."""
    if files is None:
        raise NoPlanFile("The run kept no file of its plan: it has not succeeded, or is too old.", run_id=str(run_id))
    return _file_answer(request, files[1], f"plan-{run_id}.json")


def _file_answer(request: Request, stored: RunProblem | RunPlan, name: str) -> Response:
    is_packed = "gzip" in request.headers.get("Accept-Encoding", "")
    # Two encodings of one thing are two representations, each with a tag of its own (RFC 9110, section 8.8.3.3).
    tag = f'"{stored.sha256}-gzip"' if is_packed else f'"{stored.sha256}"'
    headers = {"ETag": tag, "Vary": "Accept-Encoding"}
    if tag in request.headers.get("If-None-Match", ""):
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = f'attachment; filename="{name}"'
    if is_packed:
        headers["Content-Encoding"] = "gzip"
    content = stored.content_gzip if is_packed else unpacked(stored.content_gzip)
    return Response(content, media_type="application/json", headers=headers)
