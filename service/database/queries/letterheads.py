"""Who and where an organisation is, as its letterhead says."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.domain.organisations import Organisation, OrganisationKind
from service.domain.places import Kecamatan, Kelurahan, Region


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Name, code and the places that an organisation lies in, the smallest first."""

    name: str
    code: str
    places: tuple[str, ...]


async def letterheads(session: AsyncSession, organisation_ids: Collection[UUID]) -> dict[UUID, Letterhead]:
    """Return the letterheads of organisations, by id."""
    query = (
        sa.select(Organisation, col(Kelurahan.name), col(Kecamatan.name), col(Region.name))
        .join(Region, col(Region.code) == col(Organisation.region_code))
        .outerjoin(Kelurahan, col(Kelurahan.code) == col(Organisation.kelurahan_code))
        .outerjoin(Kecamatan, col(Kecamatan.code) == col(Kelurahan.kecamatan_code))
        .where(col(Organisation.id).in_(organisation_ids))
    )
    heads = {}
    for organisation, kelurahan, kecamatan, region in await session.execute(query):
        named = [f"Kelurahan {kelurahan}", f"Kecamatan {kecamatan}"] if kelurahan else []
        heads[organisation.id] = Letterhead(organisation.name, organisation.code, (*named, region))
    return heads


async def city_office_id(session: AsyncSession, region_code: str) -> UUID:
    """Return the office in whose name a region's orders go out: the first there was."""
    query = sa.select(col(Organisation.id)).where(
        col(Organisation.region_code) == region_code, col(Organisation.kind) == OrganisationKind.CITY_OFFICE
    )
    return (await session.scalars(query.order_by(col(Organisation.created_at), col(Organisation.id)).limit(1))).one()
