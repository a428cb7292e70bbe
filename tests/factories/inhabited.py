"""Databases in which worlds live already: what is the same for hundreds of tests is added once."""

import asyncio
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import make_transient_to_detached

from service.database.engine import create_sessions
from service.database.schema import create_database, drop_database
from service.domain.organisations import Organisation
from service.domain.people import User
from tests.factories.worlds import World, add_world
from tests.kept_engine import kept_engine

Thing = TypeVar("Thing", Organisation, User)


@dataclass(frozen=True)
class Inhabited:
    """A database, and the worlds in it by their regions."""

    engine: AsyncEngine
    worlds: dict[str, World]

    def world(self, session: AsyncSession, region_code: str) -> World:
        """Return a world as a session that read it would have it: a test may change what is its own."""
        kept = self.worlds[region_code]
        return World(
            region_code,
            {kind: _read(session, organisation) for kind, organisation in kept.organisations.items()},
            {role: _read(session, user) for role, user in kept.users.items()},
        )


@contextmanager
def inhabited_database(server: str, template: str, *region_codes: str) -> Iterator[Inhabited]:
    """Make a database with a world in each region, and drop it afterwards."""
    name = f"test_{os.getpid()}_{secrets.token_hex(4)}"
    url = create_database(server, name, template)
    with kept_engine(url) as engine:
        yield Inhabited(engine, asyncio.run(_settle(engine, region_codes)))
    drop_database(server, name)


async def _settle(engine: AsyncEngine, region_codes: tuple[str, ...]) -> dict[str, World]:
    async with create_sessions(engine)() as session, session.begin():
        return {code: await add_world(session, code) for code in region_codes}


def _read(session: AsyncSession, kept: Thing) -> Thing:
    thing = type(kept)(**kept.model_dump())
    make_transient_to_detached(thing)
    session.add(thing)
    return thing
