"""Logins and API keys end when they expire or are revoked."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from service.domain.errors import InvalidField
from service.domain.people import (
    LONGEST_KEY_LIFE,
    ApiKey,
    Invitation,
    LoginSession,
    is_invitation_live,
    is_key_live,
    is_login_live,
    key_expiry,
)

NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
IDLE = timedelta(hours=2)


def a_login(expires_at: datetime, revoked_at: datetime | None = None) -> LoginSession:
    return LoginSession(
        id=uuid4(), created_at=NOW, user_id=uuid4(), token_hash="0" * 64, expires_at=expires_at, revoked_at=revoked_at
    )


def a_key(expires_at: datetime | None, revoked_at: datetime | None = None) -> ApiKey:
    return ApiKey(
        id=uuid4(),
        created_at=NOW,
        user_id=uuid4(),
        name="accounts program",
        prefix="pk_1",
        secret_hash="0" * 64,
        scopes=["orders.read"],
        expires_at=expires_at,
        revoked_at=revoked_at,
    )


def test_a_login_is_live_until_the_second_it_expires() -> None:
    assert is_login_live(a_login(NOW + SECOND), NOW, IDLE)
    assert not is_login_live(a_login(NOW), NOW, IDLE)


def test_a_revoked_login_is_dead_before_it_expires() -> None:
    assert not is_login_live(a_login(NOW + SECOND, revoked_at=NOW), NOW, IDLE)


def test_a_login_that_lay_idle_is_dead_before_it_expires() -> None:
    login = a_login(NOW + 2 * IDLE)
    login.last_seen_at = NOW - IDLE
    assert not is_login_live(login, NOW, IDLE)
    login.last_seen_at += SECOND
    assert is_login_live(login, NOW, IDLE)


def test_a_key_without_expiry_lives_until_it_is_revoked() -> None:
    assert is_key_live(a_key(None), NOW)
    assert not is_key_live(a_key(None, revoked_at=NOW), NOW)


def test_a_key_with_expiry_ends_then() -> None:
    assert is_key_live(a_key(NOW + SECOND), NOW)
    assert not is_key_live(a_key(NOW), NOW)


def test_an_invitation_ends_when_it_is_used_or_expires() -> None:
    invitation = Invitation(id=uuid4(), created_at=NOW, user_id=uuid4(), token_hash="0" * 64, expires_at=NOW + SECOND)
    assert is_invitation_live(invitation, NOW)
    assert not is_invitation_live(invitation, NOW + SECOND)
    invitation.used_at = NOW
    assert not is_invitation_live(invitation, NOW)


def test_a_new_key_is_good_for_ninety_days_or_as_asked_within_a_year() -> None:
    assert key_expiry(None, NOW) == NOW + timedelta(days=90)
    for asked in (NOW + SECOND, NOW + LONGEST_KEY_LIFE):
        assert key_expiry(asked, NOW) == asked
    for asked in (NOW, NOW + LONGEST_KEY_LIFE + SECOND):
        with pytest.raises(InvalidField):
            key_expiry(asked, NOW)
