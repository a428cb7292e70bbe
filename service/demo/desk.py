"""One transaction at which one person after the other sits down: the demo's week is loaded whole or not at all."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from service.database.unit_of_work import UnitOfWork
from service.domain.organisations import Organisation
from service.domain.people import Role
from service.domain.permissions import Actor


def seeded_ids(seed: int) -> Callable[[], uuid.UUID]:
    """Return a source of ids that is the same every time, so that the problem of two demo runs is the same file."""
    draw = random.Random(f"pasok-demo/{seed}/ids")  # noqa: S311 - repeatable on purpose
    return lambda: uuid.UUID(int=draw.getrandbits(128), version=4)


@dataclass(slots=True)
class Desk:
    """The open unit of work, whoever is known by now, and the organisations by code."""

    work: UnitOfWork
    administrator: Actor
    city: dict[Role, Actor] = field(default_factory=dict)
    officers: dict[str, Actor] = field(default_factory=dict)
    """For each organisation's code the person who enters what it needs or has."""
    organisations: dict[str, Organisation] = field(default_factory=dict)

    def as_actor(self, actor: Actor, *, now: datetime | None = None) -> UnitOfWork:
        """Return the unit of work as this person has it, at another time if one is given."""
        return replace(self.work, actor=actor, now=now or self.work.now)

    def as_administrator(self) -> UnitOfWork:
        """Return the unit of work as the region's administrator has it."""
        return self.as_actor(self.administrator)

    def as_city(self, role: Role) -> UnitOfWork:
        """Return the unit of work as a city office's person of this role has it."""
        return self.as_actor(self.city[role])

    def as_officer_of(self, code: str, *, now: datetime | None = None) -> UnitOfWork:
        """Return the unit of work as an organisation's own person has it."""
        return self.as_actor(self.officers[code], now=now)
