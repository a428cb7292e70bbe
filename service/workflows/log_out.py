"""A person leaves: their session is worth nothing from then on."""

from __future__ import annotations

from service.database.queries.people import login_with_user
from service.database.unit_of_work import UnitOfWork
from service.workflows.credentials import hash_secret


async def log_out(work: UnitOfWork, token: str) -> None:
    """Revoke the session of a token; an API key is no session and stays.

    Parameters
    ----------
    token
        The secret that the request was made with.
    """
    found = await login_with_user(work.session, hash_secret(token))
    if found is None:
        return
    login, user, _ = found
    login.revoked_at = work.now
    work.record("user.log_out", "app_user", user.id)
