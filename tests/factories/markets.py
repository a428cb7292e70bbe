"""A region ready for entries: everybody in it, the real catalogue, caps, recipes and policy."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from service.domain.people import Role, User
from service.domain.permissions import Actor
from tests.factories.entries import real_caps, real_items, real_policy, real_recipes
from tests.factories.worlds import World, add_world


def actor_of(user: User) -> Actor:
    return Actor(user.id, user.organisation_id, user.region_code, user.role)


@dataclass
class Market:
    """The world, and who acts in it."""

    world: World

    @property
    def kitchen_head(self) -> Actor:
        return actor_of(self.world.users[Role.KITCHEN_HEAD])

    @property
    def coop_officer(self) -> Actor:
        return actor_of(self.world.users[Role.COOP_OFFICER])

    @property
    def wholesaler(self) -> Actor:
        return actor_of(self.world.users[Role.WHOLESALER])


async def add_catalogue(session: AsyncSession) -> None:
    """Add items, caps and recipes."""
    session.add_all(real_items())
    await session.flush()
    recipes = real_recipes()
    session.add_all([recipe for recipe, _ in recipes] + real_caps())
    await session.flush()
    session.add_all(part for _, parts in recipes for part in parts)
    await session.flush()


async def open_market(session: AsyncSession) -> Market:
    """Add everything that entries need."""
    market = Market(await add_world(session))
    session.add(real_policy())
    await add_catalogue(session)
    return market
