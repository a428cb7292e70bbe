"""Addresses as the logs have them: whoever reads a log must not be able to use a link that somebody else was sent."""

from __future__ import annotations

from typing import Final

from service.domain.answer_links import LINK_PATH

SECRETS_BELOW: Final = (f"/api/v1{LINK_PATH}",)
"""Whoever knows the rest of such an address may do what it is about, also where something was mistyped in it."""


def logged_path(path: str) -> str:
    """Return an address without the secret in it."""
    return next((f"{known}{{token}}" for known in SECRETS_BELOW if path.startswith(known)), path)
