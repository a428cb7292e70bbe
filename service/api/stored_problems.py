"""A run's problem as an HTTP answer: the stored bytes, compressed as they are for those who can read it so."""

from __future__ import annotations

from fastapi import Request, Response

from service.domain.runs import RunProblem
from service.workflows.problem_file import unpacked


def problem_answer(request: Request, stored: RunProblem) -> Response:
    """Return the file with its SHA-256 as ETag, or only say that the caller has it already."""
    is_packed = "gzip" in request.headers.get("Accept-Encoding", "")
    # Two encodings of one thing are two representations, each with a tag of its own (RFC 9110, section 8.8.3.3).
    tag = f'"{stored.sha256}-gzip"' if is_packed else f'"{stored.sha256}"'
    headers = {"ETag": tag, "Vary": "Accept-Encoding"}
    if tag in request.headers.get("If-None-Match", ""):
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = f'attachment; filename="problem-{stored.run_id}.json"'
    if is_packed:
        headers["Content-Encoding"] = "gzip"
    content = stored.content_gzip if is_packed else unpacked(stored.content_gzip)
    return Response(content, media_type="application/json", headers=headers)
