"""Find out who is behind the secret that a request carries."""

from __future__ import annotations

from dataclasses import replace

from service.database.queries.people import api_key_with_user, login_with_user, note_key_use, note_login_use
from service.database.unit_of_work import UnitOfWork
from service.domain.errors import NotAuthenticated
from service.domain.people import User, is_key_live, is_login_live, may_log_in
from service.domain.permissions import Actor
from service.domain.second_factors import USUAL_RULES, EntryRules, must_have_second_factor
from service.workflows.credentials import api_key_parts, hash_secret, is_secret


async def authenticate(work: UnitOfWork, secret: str, rules: EntryRules = USUAL_RULES) -> Actor:
    """Return the actor whose session or API key it is.

    Parameters
    ----------
    secret
        An opaque session token, or an API key as its owner sends it.
    rules
        How long a session may lie idle, and whether the roles of the city must have a second factor: a session of one
        who lacks it may only set it up.

    Raises
    ------
    NotAuthenticated
        If it is unknown, expired or revoked, or its user may no longer log in.
    """
    parts = api_key_parts(secret)
    actor = await _by_session(work, secret, rules) if parts is None else await _by_api_key(work, *parts)
    if actor is None:
        raise NotAuthenticated("The session or API key is not valid, or no longer.")
    return actor


async def _by_session(work: UnitOfWork, token: str, rules: EntryRules) -> Actor | None:
    found = await login_with_user(work.session, hash_secret(token))
    if found is None:
        return None
    login, user, organisation = found
    if not (is_login_live(login, work.now, rules.longest_idle) and may_log_in(user, organisation)):
        return None
    await note_login_use(work.session, login, work.now)
    is_held = user.second_factor_at is None and must_have_second_factor(user.role, rules.second_factor)
    return replace(_actor(user), session_id=login.id, is_held=is_held)


async def _by_api_key(work: UnitOfWork, prefix: str, secret: str) -> Actor | None:
    found = await api_key_with_user(work.session, prefix)
    if found is None:
        return None
    key, user, organisation = found
    if not (is_secret(secret, key.secret_hash) and is_key_live(key, work.now) and may_log_in(user, organisation)):
        return None
    await note_key_use(work.session, key, work.now)
    return _actor(user, frozenset(key.scopes))


def _actor(user: User, scopes: frozenset[str] | None = None) -> Actor:
    return Actor(user.id, user.organisation_id, user.region_code, user.role, scopes)
