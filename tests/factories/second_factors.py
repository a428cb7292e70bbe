"""A second factor that is in use, and what its phone shows."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from service.domain.people import User
from service.domain.second_factors import SecondFactor, code_of, factor_key, plain_code, step_of
from service.settings import DEMO_SECRET_KEY
from service.workflows.credentials import hash_secret
from tests.factories.organisations import CREATED_AT

RECOVERY = "k3vd-7q2m-xw5p-9ab1"


@dataclass
class Phone:
    """A phone that holds a key."""

    key: bytes

    def shows(self, now: datetime) -> str:
        return code_of(self.key, step_of(now))


async def add_second_factor(session: AsyncSession, user: User, secret_key: str = DEMO_SECRET_KEY) -> Phone:
    """Put a second factor to use, as of before the test."""
    factor = SecondFactor(
        id=uuid.uuid4(),
        created_at=CREATED_AT,
        user_id=user.id,
        salt=uuid.uuid4().hex,
        confirmed_at=CREATED_AT,
        recovery_hashes=[hash_secret(plain_code(RECOVERY))],
    )
    user.second_factor_at = CREATED_AT
    session.add_all([factor, user])
    await session.flush()
    return Phone(factor_key(factor, secret_key))
