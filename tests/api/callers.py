"""The people of a planned week and a client for each of them: operator, officers, kitchen heads, a stranger."""

import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from service.domain.organisations import OrganisationKind
from service.domain.people import Role, User
from tests.api.conftest import BASE_URL, Client
from tests.factories.organisations import new_organisation
from tests.factories.people import new_login, new_user
from tests.factories.places import OTHER_REGION, new_region
from tests.factories.planned_weeks import PlannedWeek, add_planned_week

STRANGER = uuid.UUID(int=0)


@dataclass
class Callers:
    """The planned week and a client for each of its people."""

    week: PlannedWeek
    make: Callable[[User], Client]
    clients: dict[uuid.UUID, Client] = field(default_factory=dict)

    def of(self, role: Role, index: int = 0) -> Client:
        organisations = {
            Role.CITY_OPERATOR: [one for (role, one) in self.week.users if role is Role.CITY_OPERATOR],
            Role.COOP_OFFICER: [one.id for one in self.week.cooperatives],
            Role.KITCHEN_HEAD: [one.id for one in self.week.kitchens],
            Role.WHOLESALER: [self.week.wholesaler.id],
        }
        user = self.week.users[role, organisations[role][index]]
        return self.clients.setdefault(user.id, self.make(user))

    async def publish(self) -> httpx.Response:
        path = f"/plans/{self.week.plan.id}/publish"
        return await self.of(Role.CITY_OPERATOR).post(path, headers={"If-Match": '"1"'})

    async def first_order(self) -> dict[str, Any]:
        await self.publish()
        page = (await self.of(Role.COOP_OFFICER).get("/orders")).json()
        return (await self.of(Role.COOP_OFFICER).get(f"/orders/{page['items'][0]['id']}")).json()

    def stranger(self) -> Client:
        """Return the client of the operator of another region."""
        return self.clients[STRANGER]


def answer(line: dict[str, Any], accepted_qty: int | None = None, reason: str | None = None) -> dict[str, Any]:
    """Return an answer to a line: all of it, unless told otherwise."""
    qty = line["ordered_qty"] if accepted_qty is None else accepted_qty
    return {"line_id": line["id"], "accepted_qty": qty, "reason": reason}


@pytest.fixture
async def callers(app: FastAPI, session: AsyncSession) -> AsyncIterator[Callers]:
    """Three kitchens served by two cooperatives: kitchens 0 and 2 by the first, kitchen 1 by the second."""
    week = await add_planned_week(session, kitchens=3, cooperatives=2, items=2)
    foreign = new_organisation(OrganisationKind.CITY_OFFICE, OTHER_REGION)
    session.add(new_region(OTHER_REGION, name="Kabupaten Bogor"))
    await session.flush()
    session.add(foreign)
    await session.flush()
    stranger = new_user(foreign, Role.CITY_OPERATOR)
    session.add(stranger)
    await session.flush()
    session.add_all(new_login(user, f"st_{user.id}") for user in [stranger, *week.users.values()])
    await session.flush()
    opened: list[Client] = []

    def make(user: User) -> Client:
        headers = {"Authorization": f"Bearer st_{user.id}"}
        transport = httpx.ASGITransport(app=app)
        opened.append(Client(transport=transport, base_url=f"{BASE_URL}/api/v1", headers=headers))
        return opened[-1]

    callers = Callers(week, make)
    callers.clients[STRANGER] = make(stranger)
    yield callers
    for client in opened:
        await client.aclose()
