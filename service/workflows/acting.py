"""Who acts in a unit of work."""

from __future__ import annotations

from service.database.unit_of_work import UnitOfWork
from service.domain.errors import NotAuthenticated
from service.domain.permissions import Actor


def acting(work: UnitOfWork) -> Actor:
    """Return the actor of a unit of work.

    Raises
    ------
    NotAuthenticated
        If nobody is known to act.
    """
    if work.actor is None:
        raise NotAuthenticated("Log in first: this is done in somebody's name.")
    return work.actor
