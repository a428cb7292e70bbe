"""Users, logins and API keys for tests."""

import uuid
from datetime import UTC, datetime, timedelta

from service.domain.organisations import Organisation
from service.domain.people import ApiKey, LoginSession, Role, User
from service.workflows.credentials import hash_secret
from tests.factories.organisations import CREATED_AT

FAR_FUTURE = datetime(2036, 1, 1, tzinfo=UTC)


def new_user(organisation: Organisation, role: Role, **changes: object) -> User:
    key = uuid.uuid4()
    fields = {
        "id": key,
        "created_at": CREATED_AT,
        "region_code": organisation.region_code,
        "organisation_id": organisation.id,
        "username": f"{role.value}-{key.hex[:8]}",
        "full_name": role.value.replace("_", " ").title(),
        "role": role,
        "password_hash": "not a hash",
    }
    return User(**{**fields, **changes})


def new_login(user: User, token: str, **changes: object) -> LoginSession:
    fields = {
        "id": uuid.uuid4(),
        "created_at": CREATED_AT,
        "user_id": user.id,
        "token_hash": hash_secret(token),
        "expires_at": FAR_FUTURE,
        "last_seen_at": FAR_FUTURE,
    }
    return LoginSession(**{**fields, **changes})


def new_api_key(user: User, *, prefix: str, secret: str, scopes: list[str], **changes: object) -> ApiKey:
    fields = {
        "id": uuid.uuid4(),
        "created_at": CREATED_AT + timedelta(days=1),
        "user_id": user.id,
        "name": "test",
        "prefix": prefix,
        "secret_hash": hash_secret(secret),
        "scopes": scopes,
    }
    return ApiKey(**{**fields, **changes})
