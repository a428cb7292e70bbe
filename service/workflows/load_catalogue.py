"""Load the national catalogue: items, their packs, what stands in for what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.database.unit_of_work import UnitOfWork
from service.domain.events import EventType
from service.domain.items import Item, Pack, Substitution


@dataclass(frozen=True, slots=True)
class LoadCatalogue:
    """The whole catalogue; the rows are entities that no session holds yet."""

    items: Sequence[Item]
    packs: Sequence[Pack]
    substitutions: Sequence[Substitution]


async def load_catalogue(work: UnitOfWork, command: LoadCatalogue) -> None:
    """Add what is new and bring what is known up to date; nothing is taken out, since orders may name it.

    Whoever runs the installation does this: the catalogue is the same in every region.
    """
    for rows in (command.items, command.packs, command.substitutions):
        for row in rows:
            await work.session.merge(row)
        await work.session.flush()
    after = {"items": len(command.items), "packs": len(command.packs), "substitutions": len(command.substitutions)}
    work.record("catalogue.load", "catalogue", "items", after=after)
    work.announce(EventType.CATALOGUE_LOADED, entity="catalogue", entity_id="items", facts=after)
