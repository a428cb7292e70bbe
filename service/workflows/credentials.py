"""How secrets are made, kept and compared: passwords slowly (Argon2, in a thread), random tokens by SHA-256."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from functools import cache
from typing import Final

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError

API_KEY_MARK: Final = "pk"
SESSION_MARK: Final = "st"
INVITATION_MARK: Final = "in"


def hash_secret(secret: str) -> str:
    """Return what is kept of a random token: it is long enough that a fast hash cannot be guessed back."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_secret(secret: str, secret_hash: str) -> bool:
    """Compare a token with a kept hash in constant time."""
    return hmac.compare_digest(hash_secret(secret), secret_hash)


def new_session_token() -> str:
    """Return an opaque token for a login."""
    return f"{SESSION_MARK}_{secrets.token_urlsafe(32)}"


def new_invitation_token() -> str:
    """Return an opaque token for an invitation."""
    return f"{INVITATION_MARK}_{secrets.token_urlsafe(32)}"


def new_api_key_parts() -> tuple[str, str]:
    """Return the public prefix and the secret of a new API key."""
    return secrets.token_hex(6), secrets.token_urlsafe(32)


def api_key_text(prefix: str, secret: str) -> str:
    """Return an API key as its owner sends it."""
    return f"{API_KEY_MARK}_{prefix}_{secret}"


def api_key_parts(text: str) -> tuple[str, str] | None:
    """Return prefix and secret if the text has the form of an API key."""
    mark, _, rest = text.partition("_")
    prefix, _, secret = rest.partition("_")
    return (prefix, secret) if mark == API_KEY_MARK and prefix and secret else None


async def hash_password(password: str) -> str:
    """Return what is kept of a password."""
    return await asyncio.to_thread(_hasher().hash, password)


async def is_password(password: str, password_hash: str | None) -> bool:
    """Compare a password with a kept hash; without one (no such user) it takes as long and is wrong."""
    try:
        matches = await asyncio.to_thread(_hasher().verify, password, password_hash or _unknown_hash())
    except UnknownHashError:
        return False  # a hash of no kind that we know is nobody's password
    return matches and password_hash is not None


@cache
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@cache
def _unknown_hash() -> str:
    return _hasher().hash(secrets.token_urlsafe(16))
