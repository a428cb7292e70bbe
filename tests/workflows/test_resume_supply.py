"""A kitchen that takes part again is supplied again: what it lacks of the days to come is looked for."""

import pytest
import sqlalchemy as sa

from service.domain.orders import OrderLine, OrderLineStatus
from service.domain.organisations import Organisation, OrganisationStatus
from service.domain.pending_decisions import PendingDecision
from service.domain.policies import FallenLines
from service.domain.repair_requests import RepairRequest
from service.workflows import clear_suspended as clear_suspended_module
from service.workflows.change_organisation_status import ChangeOrganisationStatus, change_organisation_status
from service.workflows.clear_suspended import clear_suspended
from service.workflows.resume_supply import resume_supply
from tests.factories.plans import WEEK, new_policy
from tests.factories.runs import rows
from tests.workflows.test_ask_operator import told
from tests.workflows.test_clear_suspended import published

JOB = "SELECT args->>'organisation_id' FROM procrastinate_jobs WHERE task_name = 'resume_supply'"


async def become(units, week, organisation_id, status):
    async with units.begin(actor=week.operator) as work:
        version = (await work.session.get_one(Organisation, organisation_id)).version
        command = ChangeOrganisationStatus(organisation_id, version, status, "looked into")
        await change_organisation_status(work, command)


@pytest.fixture
async def suspended(units):
    """A published week, and a kitchen of it that was suspended and whose goods are free."""
    async with units.begin() as work:
        week, _ = await published(work)
    kitchen = week.kitchens[0]
    await become(units, week, kitchen.id, OrganisationStatus.SUSPENDED)
    await clear_suspended(units, kitchen.id)
    assert OrderLineStatus.CANCELLED in {line.status for line in await rows(units, OrderLine, kitchen_id=kitchen.id)}
    return week, kitchen.id


async def test_what_a_kitchen_lacks_that_is_active_again_is_repaired(units, suspended):
    week, kitchen_id = suspended
    await become(units, week, kitchen_id, OrganisationStatus.ACTIVE)
    async with units.begin() as work:
        assert list(await work.session.scalars(sa.text(JOB))) == [str(kitchen_id)]

    assert await resume_supply(units, kitchen_id) == [WEEK]
    assert await resume_supply(units, kitchen_id) == [WEEK]

    assert [one.week_start for one in await rows(units, RepairRequest)] == [WEEK]


async def test_the_operator_is_asked_once_where_nothing_moves_by_itself(units, suspended):
    week, kitchen_id = suspended
    async with units.begin() as work:
        values = {**new_policy().values, "fallen_lines": FallenLines.ASK_OPERATOR.value}
        work.session.add(new_policy(number=2, values=values))
    await become(units, week, kitchen_id, OrganisationStatus.ACTIVE)

    await resume_supply(units, kitchen_id)
    await resume_supply(units, kitchen_id)

    assert await rows(units, RepairRequest) == []
    assert [one.subject_id for one in await rows(units, PendingDecision)] == [kitchen_id]
    [(user_id, text)] = await told(units, "need_undecided")
    assert user_id == week.operator.user_id
    assert text.startswith(f"{week.kitchens[0].name} membutuhkan lebih banyak dari yang dipesan")


async def test_nothing_is_looked_for_while_it_is_suspended_or_once_its_days_have_begun(units, suspended, clock):
    week, kitchen_id = suspended
    assert await resume_supply(units, kitchen_id) == []
    await become(units, week, kitchen_id, OrganisationStatus.ACTIVE)
    clock.advance(days=14)
    assert await resume_supply(units, kitchen_id) == []
    assert await rows(units, RepairRequest) == []


async def test_one_that_is_active_again_before_its_orders_were_cleared_keeps_them(units, monkeypatch):
    """The job that clears has begun: it finds the kitchen active again before it takes an order."""
    async with units.begin() as work:
        week, _ = await published(work)
    kitchen_id = week.kitchens[0].id
    await become(units, week, kitchen_id, OrganisationStatus.SUSPENDED)
    seen = clear_suspended_module.open_order_ids

    async def active_meanwhile(session, organisation_id):
        found = await seen(session, organisation_id)
        await session.execute(sa.update(Organisation).values(status=OrganisationStatus.ACTIVE))
        return found

    monkeypatch.setattr(clear_suspended_module, "open_order_ids", active_meanwhile)
    assert await clear_suspended(units, kitchen_id)
    assert OrderLineStatus.CANCELLED not in {line.status for line in await rows(units, OrderLine)}
    assert await resume_supply(units, kitchen_id) == []
