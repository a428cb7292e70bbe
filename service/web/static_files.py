"""Our own files for the browser: each under an address that changes with its content, so that it is kept for a year."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from fastapi import Response
from fastapi.staticfiles import StaticFiles
from starlette.types import Scope

STATIC_DIR: Final = Path(__file__).parent / "static"
SERVICE_WORKER: Final = "app/service-worker.js"
"""The one script that stands between all pages and the line."""
_KEPT: Final = "public, max-age=31536000, immutable"


class LastingFiles(StaticFiles):
    """Files that a browser need not ask for twice when their address names their content."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file."""
        response = await super().get_response(path, scope)
        if b"v=" in scope["query_string"]:
            response.headers["Cache-Control"] = _KEPT
        if path == SERVICE_WORKER:
            response.headers["Service-Worker-Allowed"] = "/"
        return response


static_files = LastingFiles(directory=STATIC_DIR)


@cache
def static_url(path: str) -> str:
    """Return the address of one of our files."""
    digest = hashlib.sha256((STATIC_DIR / path).read_bytes()).hexdigest()
    return f"/static/{path}?v={digest[:10]}"
