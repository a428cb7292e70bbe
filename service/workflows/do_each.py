"""What several jobs do: each thing that is due in a unit of work of its own, whatever becomes of the others."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from service.database.unit_of_work import UnitOfWork, UnitsOfWork

logger = logging.getLogger(__name__)

Due = TypeVar("Due")
Done = TypeVar("Done")


async def do_each(
    units: UnitsOfWork,
    due: Iterable[Due],
    step: Callable[[UnitOfWork, Due], Awaitable[Done]],
    *,
    failure: str,
    waits: tuple[type[Exception], ...] = (),
    is_retried: bool = False,
) -> dict[Due, Done]:
    """Take a step for everything that is due, each in a transaction of its own that commits or leaves nothing.

    A failure is logged with what it concerns and holds up nothing else: the next call finds it again.

    Parameters
    ----------
    due
        Ids, or whatever names what is due, in the order in which they are taken.
    failure
        What the log calls a step that failed.
    waits
        Errors that say "not now" and are not logged.
    is_retried
        Whether no next call comes by itself: the failures are raised once everything was tried, so that the job is
        tried again.

    Returns
    -------
    dict of due and Done
        What came of each step that was taken; as many entries as steps that did not fail.

    Raises
    ------
    ExceptionGroup
        The failures, with ``is_retried``.
    """
    done: dict[Due, Done] = {}
    failures: list[Exception] = []
    for one in due:
        try:
            async with units.begin() as work:
                came = await step(work, one)
            done[one] = came
        except waits:
            continue
        except Exception as error:  # a fault of one thing, whatever it is, must not hold up the others
            logger.exception(failure, extra={"due": str(one)})
            failures.append(error)
    if failures and is_retried:
        raise ExceptionGroup(failure, failures)
    return done
