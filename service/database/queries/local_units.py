"""Local units of organisations, and the packs of the catalogue by their words."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.domain.items import Pack
from service.domain.local_units import LocalUnit, UnitFactor
from service.domain.organisations import Organisation


async def lock_importer(session: AsyncSession, organisation_id: UUID) -> None:
    """Let one file of an organisation in at a time, so that the second one sees what the first one wrote."""
    query = sa.select(col(Organisation.id)).where(col(Organisation.id) == organisation_id)
    await session.execute(query.with_for_update(key_share=True))


async def units_of(session: AsyncSession, organisation_id: UUID) -> list[UnitFactor]:
    """Return the local units that an organisation told."""
    query = sa.select(LocalUnit).where(col(LocalUnit.organisation_id) == organisation_id)
    found = (await session.scalars(query)).all()
    return [UnitFactor(known.item_code, known.name, known.factor_qty) for known in found]


async def named_packs(session: AsyncSession) -> list[tuple[str, str, int]]:
    """Return the packs of the catalogue: item, word, base units."""
    query = sa.select(col(Pack.item_code), col(Pack.name_id), col(Pack.pack_qty))
    return [(code, name, qty) for code, name, qty in await session.execute(query)]


async def keep_units(session: AsyncSession, organisation_id: UUID, factors: Iterable[UnitFactor]) -> None:
    """Keep local units for the next file; the last word told counts."""
    latest = {(known.item_code, known.name): known.factor_qty for known in factors}
    if not latest:
        return
    rows = [
        {"organisation_id": organisation_id, "item_code": code, "name": name, "factor_qty": qty}
        for (code, name), qty in sorted(latest.items())
    ]
    statement = insert(LocalUnit)
    columns = [col(LocalUnit.organisation_id), col(LocalUnit.item_code), col(LocalUnit.name)]
    told_anew = statement.on_conflict_do_update(
        index_elements=columns, set_={"factor_qty": statement.excluded.factor_qty}
    )
    await session.execute(told_anew, rows)
