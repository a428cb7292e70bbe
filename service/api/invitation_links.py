"""Invitations as they are handed over: a link whose secret stands in the query, which no log of ours keeps."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from fastapi import Request

from service.api.options import options_of
from service.api.schemas.accounts import InvitationOut
from service.workflows.invite_user import Invited

INVITATION_PATH: Final = "/invitation"


def link_to(invited: Invited, request: Request) -> str:
    """Return the address of the page that asks for the password."""
    host = (options_of(request).public_url or "").rstrip("/")
    return f"{host}{INVITATION_PATH}?{urlencode({'token': invited.token})}"


def invitation_out(invited: Invited, request: Request) -> InvitationOut:
    """Return an invitation with its secret."""
    link = link_to(invited, request)
    return InvitationOut(token=invited.token, path=link, expires_at=invited.invitation.expires_at)


def without_secret(shown: InvitationOut) -> InvitationOut:
    """Return an invitation as it is told to a repeated request."""
    return shown.model_copy(update={"token": None, "path": None})
