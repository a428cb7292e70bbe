"""Who acts in a unit of work."""

from __future__ import annotations

from service.database.unit_of_work import UnitOfWork
from service.domain.permissions import Actor, require_actor


def acting(work: UnitOfWork) -> Actor:
    """Return the actor of a unit of work.

    Raises
    ------
    NotAuthenticated
        If nobody is known to act.
    """
    return require_actor(work.actor)
