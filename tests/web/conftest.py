"""Pages over the test's own transaction, as any role; and a real browser on a real server."""

from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from service.domain.deliveries import Delivery, DeliveryLine, DeliveryStatus
from service.domain.organisations import Wholesaler
from service.domain.people import Role
from tests.api.conftest import (
    BASE_URL,
    app,
    built_app,
    client,
    engine,
    foreign_world,
    inhabited,
    inhabited_twice,
    lived_in,
    session,
    world,
)
from tests.factories.deliveries import new_delivery, new_delivery_line, new_delivery_lot
from tests.factories.items import new_item
from tests.factories.orders import new_order, new_order_line
from tests.factories.plans import new_policy
from tests.factories.repair_runs import add_repair
from tests.factories.things import Thing, add_catalogue_things, add_things
from tests.factories.worlds import World

__all__ = [
    "app",
    "built_app",
    "client",
    "engine",
    "foreign_world",
    "inhabited",
    "inhabited_twice",
    "lived_in",
    "session",
    "world",
]


QTY = 40_000


@pytest.fixture
async def things(session: AsyncSession, world: World) -> dict[str, Thing]:
    """One thing of every kind in the world, by the name that addresses give it."""
    return await add_catalogue_things(session) | await add_things(session, world)


@pytest.fixture
async def later_world(session: AsyncSession, world: World, things: dict[str, Thing], foreign_world: World) -> World:
    """The world after its week went on: one thing of every kind, a repair to be published and one at work.

    The wholesaler has a branch in the other region, to which it may give packs.
    """
    await add_repair(session, world, things)
    branch = await session.get_one(Wholesaler, foreign_world.wholesaler.id)
    branch.head_office_id = world.wholesaler.id
    await session.flush()
    return world


@pytest.fixture
async def drop(session: AsyncSession, world: World) -> tuple[Delivery, DeliveryLine]:
    """A drop of 40 kg on its way, and its line."""
    session.add_all([new_item("RICE-M", name_id="Beras <medium>"), new_policy(world.region_code)])
    await session.flush()
    order = new_order(plan_id=None, cooperative_id=world.cooperative.id, respond_by_at=None)
    session.add(order)
    await session.flush()
    held = new_order_line(order, kitchen_id=world.kitchen.id, ordered_qty=QTY)
    session.add(held)
    await session.flush()
    delivery = new_delivery(order, held, status=DeliveryStatus.DISPATCHED, dispatched_at=order.created_at)
    session.add(delivery)
    await session.flush()
    line = new_delivery_line(delivery, held, planned_qty=QTY, shipped_qty=QTY)
    session.add(line)
    await session.flush()
    session.add(new_delivery_lot(line))
    await session.flush()
    return delivery, line


@pytest.fixture
async def page_as(app: FastAPI, world: World) -> AsyncIterator[Callable[..., httpx.AsyncClient]]:
    """Return a browser without a screen for a role: `page_as(Role.COOP_OFFICER)`."""
    opened: list[httpx.AsyncClient] = []

    def make(role: Role, of: World = world) -> httpx.AsyncClient:
        opened.append(
            httpx.AsyncClient(
                transport=httpx.ASGITransport(app=app),
                base_url=BASE_URL,
                cookies={"pasok_session": of.token(role)},
                headers={"Accept": "text/html", "Sec-Fetch-Site": "same-origin"},
            )
        )
        return opened[-1]

    yield make
    for one in opened:
        await one.aclose()
