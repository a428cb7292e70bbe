"""Organisations, users, caps and policies as workflows: rights are asked again, and races have one winner."""

import asyncio
import dataclasses
from collections import Counter
from datetime import date

import pytest
import sqlalchemy as sa

from service.api.schemas.policies import EXAMPLE_VALUES
from service.database.engine import PoolSize, conninfo, create_engine, create_sessions
from service.database.unit_of_work import UnitsOfWork
from service.domain.audits import AuditEntry
from service.domain.errors import DomainError, NotAuthenticated, NotFound, NotPermitted, StaleVersion
from service.domain.organisations import ClosedDay, Cooperative, OrganisationStatus
from service.domain.people import Role
from service.domain.policies import Policy, PolicyValues
from service.domain.price_caps import CapKind, PriceCap
from service.jobs.app import Jobs
from service.workflows.add_price_cap import AddPriceCap, add_price_cap
from service.workflows.change_organisation import ChangeOrganisation, change_organisation
from service.workflows.change_organisation_status import ChangeOrganisationStatus, change_organisation_status
from service.workflows.create_recipe import CreateRecipe, create_recipe
from service.workflows.create_user import CreateUser, create_user
from service.workflows.publish_policy import PublishPolicy, publish_policy
from service.workflows.set_closed_day import SetClosedDay, set_closed_day
from tests.factories.items import new_item
from tests.factories.places import OTHER_REGION
from tests.factories.plans import actor_of
from tests.factories.worlds import add_world

CLIENTS = 8
CAP = AddPriceCap("RICE-M", CapKind.HET, 13_500, date(2026, 1, 1), None, "Kepbadan 299/2025")
POLICY = PublishPolicy("next", PolicyValues.model_validate(EXAMPLE_VALUES))


@pytest.fixture
async def world(session):
    return await add_world(session)


def as_role(work, world, role):
    return dataclasses.replace(work, actor=actor_of(world.users[role]))


def change(organisation, **changes):
    return ChangeOrganisation(organisation.id, organisation.kind, expected_version=1, changes=changes)


async def test_workflows_need_an_actor(work, world):
    with pytest.raises(NotAuthenticated):
        await change_organisation(work, change(world.cooperative, radius_m=1))


@pytest.mark.parametrize(
    ("act", "command"),
    [(add_price_cap, CAP), (publish_policy, POLICY), (create_recipe, CreateRecipe("x", "x", "x", ()))],
)
async def test_workflows_ask_the_permission_table_themselves(work, world, act, command):
    with pytest.raises(NotPermitted):
        await act(as_role(work, world, Role.COOP_OFFICER), command)


async def test_officer_does_not_admit_themselves(work, world):
    command = ChangeOrganisationStatus(world.cooperative.id, 1, OrganisationStatus.ACTIVE, "please")
    with pytest.raises(NotPermitted):
        await change_organisation_status(as_role(work, world, Role.COOP_OFFICER), command)


async def test_operator_of_another_city_finds_nothing(work, world, session):
    other = await add_world(session, OTHER_REGION)
    with pytest.raises(NotFound):
        await change_organisation(as_role(work, other, Role.CITY_OPERATOR), change(world.cooperative, radius_m=1))


async def test_password_that_is_short_is_refused_whoever_calls(work, world):
    command = CreateUser(world.cooperative.id, "siti", "Siti", Role.COOP_OFFICER, "short")
    with pytest.raises(DomainError, match="At least 10"):
        await create_user(as_role(work, world, Role.ADMINISTRATOR), command)


async def test_secrets_stay_out_of_the_audit_trail(work, world, session):
    command = CreateUser(world.cooperative.id, "siti", "Siti", Role.COOP_OFFICER, "padi-kuning-2026")
    user = await create_user(as_role(work, world, Role.ADMINISTRATOR), command)
    await session.flush()
    entry = (await session.scalars(sa.select(AuditEntry).where(AuditEntry.entity_id == str(user.id)))).one()
    assert entry.after == {
        "role": "coop_officer",
        "organisation_id": str(world.cooperative.id),
    }
    assert "padi" not in repr(command)


async def test_change_of_details_raises_the_organisations_version(work, world, session):
    changed = await change_organisation(
        as_role(work, world, Role.COOP_OFFICER), change(world.cooperative, radius_m=1, service_weekdays=127)
    )
    assert changed.version == 2
    details = await session.get_one(Cooperative, world.cooperative.id)
    assert (details.radius_m, changed.service_weekdays) == (1, 127)
    entry = (await session.scalars(sa.select(AuditEntry))).one()
    assert entry.before == {"service_weekdays": 31, "radius_m": 5000}
    assert entry.after == {"service_weekdays": 127, "radius_m": 1}


# ---- side by side


@pytest.fixture
async def real_units(fresh_database, clock):
    """Units of work with connections of their own, so that they really run side by side."""
    engine = create_engine(fresh_database, PoolSize(kept=CLIENTS, extra=2))
    yield UnitsOfWork(create_sessions(engine), Jobs(conninfo(fresh_database)), clock=clock)
    await engine.dispose()


@pytest.fixture
async def real_world(real_units):
    async with real_units.begin() as work:
        work.session.add(new_item())
        return await add_world(work.session)


async def all_at_once(units, actor, act) -> Counter[str]:
    """Let every client act in a unit of its own; count what they are told."""

    async def client(number: int) -> str:
        try:
            async with units.begin(actor=actor) as work:
                await act(work, number)
        except DomainError as refusal:
            return refusal.code
        return "done"

    return Counter(await asyncio.gather(*(client(number) for number in range(CLIENTS))))


async def count(units, table) -> int:
    async with units.begin() as work:
        return await work.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


async def test_of_changes_from_one_version_one_wins(real_units, real_world):
    officer = actor_of(real_world.users[Role.COOP_OFFICER])

    async def act(work, number):
        await change_organisation(work, change(real_world.cooperative, radius_m=number))

    told = await all_at_once(real_units, officer, act)
    assert told == {"done": 1, StaleVersion.code: CLIENTS - 1}
    assert await count(real_units, AuditEntry) == 1


async def test_of_days_closed_from_one_version_one_is(real_units, real_world):
    officer = actor_of(real_world.users[Role.COOP_OFFICER])

    async def act(work, number):
        command = SetClosedDay(real_world.cooperative.id, 1, date(2026, 12, 1 + number), "Holiday")
        await set_closed_day(work, command)

    assert (await all_at_once(real_units, officer, act))["done"] == 1
    assert await count(real_units, ClosedDay) == 1


async def test_policies_published_at_once_are_numbered_one_after_the_other(real_units, real_world):
    operator = actor_of(real_world.users[Role.CITY_OPERATOR])

    async def act(work, _number):
        await publish_policy(work, POLICY)

    assert await all_at_once(real_units, operator, act) == {"done": CLIENTS}
    async with real_units.begin() as work:
        numbers = (await work.session.scalars(sa.select(Policy.number).order_by(Policy.number))).all()
    assert list(numbers) == list(range(1, CLIENTS + 1))


async def test_of_caps_for_the_same_days_one_comes_on_record(real_units, real_world):
    officer = actor_of(real_world.users[Role.FOOD_OFFICER])

    async def act(work, _number):
        await add_price_cap(work, CAP)

    assert await all_at_once(real_units, officer, act) == {"done": 1, "already_exists": CLIENTS - 1}
    assert await count(real_units, PriceCap) == 1
