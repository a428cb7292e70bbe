"""A login whose password was right a moment ago, and whose person's account changes on another connection meanwhile."""

import asyncio
import base64
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from service.database.engine import create_engine, create_sessions
from service.database.unit_of_work import UnitsOfWork
from service.domain.errors import NotAuthenticated, SecondFactorNeeded
from service.domain.people import Invitation, LoginSession, Role
from service.domain.permissions import Actor
from service.workflows import log_in as logging_in
from service.workflows.accept_invitation import AcceptInvitation, accept_invitation
from service.workflows.begin_second_factor import begin_second_factor
from service.workflows.change_password import ChangePassword, change_password
from service.workflows.confirm_second_factor import ConfirmSecondFactor, confirm_second_factor
from service.workflows.credentials import hash_password, hash_secret, is_password
from service.workflows.log_in import LogIn, log_in
from service.workflows.open_session import SessionKind
from tests.factories.second_factors import Phone
from tests.factories.worlds import add_world

OLD, NEW, KEY, TOKEN = "tahu tempe lontong", "hujan sore kopi", "k" * 32, "in_link"
KIND = SessionKind(timedelta(hours=12))
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.fixture
async def units(fresh_database, clock):
    engine = create_engine(fresh_database, poolclass=NullPool)
    yield UnitsOfWork(create_sessions(engine), queue=None, clock=clock)
    await engine.dispose()


@pytest.fixture
async def officer(units):
    async with units.begin() as work:
        officer = (await add_world(work.session)).users[Role.COOP_OFFICER]
        officer.password_hash = await hash_password(OLD)
        invitation = Invitation(
            id=work.new_id(),
            created_at=work.now,
            user_id=officer.id,
            token_hash=hash_secret(TOKEN),
            expires_at=work.now + timedelta(days=3),
        )
        work.session.add(invitation)
    return officer


@pytest.fixture
def enter(units, officer, monkeypatch):
    """Log in with the old password; `meanwhile` happens just after that was found right."""

    async def entering(meanwhile):
        async def compared(password, kept):
            is_right = await is_password(password, kept)
            await meanwhile()
            return is_right

        monkeypatch.setattr(logging_in, "is_password", compared)
        async with units.begin() as work:
            return await log_in(work, LogIn(officer.username, OLD, KIND, KEY))

    return entering


def acting(officer):
    return Actor(officer.id, officer.organisation_id, officer.region_code, officer.role)


async def open_sessions(units, user) -> int:
    async with units.begin() as work:
        query = sa.select(LoginSession).where(LoginSession.user_id == user.id, LoginSession.revoked_at.is_(None))
        return len((await work.session.scalars(query)).all())


async def is_any_waiting(units) -> bool:
    async with units.begin() as work:
        return bool(await work.session.scalar(sa.text(WAITING)))


async def test_nobody_enters_with_a_password_that_was_changed_meanwhile(units, officer, enter):
    async def change():
        async with units.begin(actor=acting(officer)) as work:
            await change_password(work, ChangePassword(OLD, NEW, KIND))

    with pytest.raises(NotAuthenticated):
        await enter(change)
    assert await open_sessions(units, officer) == 1, "the one that the change began"


async def test_nobody_enters_without_a_code_that_is_asked_for_since(units, officer, enter, clock):
    async def confirm():
        async with units.begin(actor=acting(officer)) as work:
            begun = await begin_second_factor(work, KEY)
            code = Phone(base64.b32decode(begun.key.replace(" ", ""))).shows(clock.now)
            await confirm_second_factor(work, ConfirmSecondFactor(code, KEY))

    with pytest.raises(SecondFactorNeeded):
        await enter(confirm)
    assert await open_sessions(units, officer) == 0


@pytest.mark.parametrize("is_by_link", [False, True], ids=["by its owner", "by a link"])
async def test_a_change_waits_for_a_login_under_way_and_ends_it_too(units, officer, is_by_link):
    async def change():
        async with units.begin(actor=None if is_by_link else acting(officer)) as work:
            if is_by_link:
                await accept_invitation(work, AcceptInvitation(TOKEN, NEW))
            else:
                await change_password(work, ChangePassword(OLD, NEW, KIND))

    async with asyncio.timeout(30), units.begin() as work:
        entered = await log_in(work, LogIn(officer.username, OLD, KIND, KEY))
        await work.session.flush()
        changing = asyncio.create_task(change())
        while not await is_any_waiting(units):  # noqa: ASYNC110 - the database gives no event
            await asyncio.sleep(0.02)
    await changing
    async with units.begin() as work:
        assert (await work.session.get_one(LoginSession, entered.login.id)).revoked_at is not None
