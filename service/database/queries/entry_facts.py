"""What entries are checked against: the catalogue, the law, the policy, the organisation and its calendar."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.domain.calendars import DAYS_PER_WEEK, days_of
from service.domain.errors import NotFound
from service.domain.forecast_entries import KitchenFacts
from service.domain.items import Item
from service.domain.menus import Recipe, RecipeIngredient
from service.domain.organisations import ClosedDay, Kitchen, Organisation, Wholesaler
from service.domain.places import Region
from service.domain.policies import Policy, PolicyValues, values_of
from service.domain.price_caps import Ceilings, PriceCap, PriceException


async def read_organisation(session: AsyncSession, organisation_id: UUID) -> tuple[Organisation, Region]:
    """Return an organisation and its region.

    Raises
    ------
    NotFound
        If there is none.
    """
    query = (
        sa.select(Organisation, Region)
        .join(Region, col(Region.code) == col(Organisation.region_code))
        .where(col(Organisation.id) == organisation_id)
    )
    row = (await session.execute(query)).one_or_none()
    if row is None:
        raise NotFound("No such organisation.")
    return row[0], row[1]


async def read_policy_values(session: AsyncSession, region_code: str) -> PolicyValues:
    """Return the values of the policy in force in a region.

    Raises
    ------
    NotFound
        If the city has published none yet.
    """
    query = sa.select(Policy).where(col(Policy.region_code) == region_code).order_by(col(Policy.number).desc()).limit(1)
    policy = (await session.scalars(query)).one_or_none()
    if policy is None:
        raise NotFound(f"Region {region_code} has no policy in force yet; the city operator publishes one.")
    return values_of(policy)


async def read_lead_days(session: AsyncSession, wholesaler_id: UUID) -> int:
    """Return the days between an order to a wholesaler and its goods.

    Raises
    ------
    NotFound
        If the organisation is no wholesaler.
    """
    wholesaler = await session.get(Wholesaler, wholesaler_id)
    if wholesaler is None:
        raise NotFound("No such wholesaler.")
    return wholesaler.lead_days


async def read_items(session: AsyncSession) -> dict[str, Item]:
    """Return the catalogue by code."""
    return {item.code: item for item in (await session.scalars(sa.select(Item))).all()}


async def read_caps(session: AsyncSession, *, zone: int, from_date: date, to_date: date) -> list[PriceCap]:
    """Return the caps of a zone that are in force on a day of the period."""
    query = sa.select(PriceCap).where(
        col(PriceCap.zone) == zone,
        col(PriceCap.valid_from) <= to_date,
        sa.or_(col(PriceCap.valid_to).is_(None), col(PriceCap.valid_to) >= from_date),
    )
    return list((await session.scalars(query)).all())


async def read_exceptions(
    session: AsyncSession, *, region_code: str, from_date: date, to_date: date
) -> list[PriceException]:
    """Return the exceptions on record in a region that hold on a day of the period."""
    query = sa.select(PriceException).where(
        col(PriceException.region_code) == region_code,
        col(PriceException.revoked_at).is_(None),
        col(PriceException.valid_from) <= to_date,
        col(PriceException.valid_to) >= from_date,
    )
    return list((await session.scalars(query)).all())


async def read_ceilings(session: AsyncSession, region: Region, *, from_date: date, to_date: date) -> Ceilings:
    """Return what keeps prices down in a region on the days of a period."""
    caps = await read_caps(session, zone=region.price_zone, from_date=from_date, to_date=to_date)
    exceptions = await read_exceptions(session, region_code=region.code, from_date=from_date, to_date=to_date)
    return Ceilings(caps, exceptions, region.price_zone)


async def read_kitchen_facts(
    session: AsyncSession, organisation: Organisation, region: Region, *, week_start: date
) -> KitchenFacts:
    """Return what a kitchen's entry for a week is checked against.

    Raises
    ------
    NotFound
        If the organisation is no kitchen, or its city has no policy.
    """
    kitchen = await session.get(Kitchen, organisation.id)
    if kitchen is None:
        raise NotFound("No such kitchen.")
    recipes = (await session.scalars(sa.select(Recipe))).all()
    ingredients = defaultdict(list)
    for part in (await session.scalars(sa.select(RecipeIngredient))).all():
        ingredients[part.recipe_id].append(part)
    last_day = days_of(week_start)[DAYS_PER_WEEK - 1]
    return KitchenFacts(
        week_start=week_start,
        organisation=organisation,
        kitchen=kitchen,
        closed_dates=await read_closed_dates(session, organisation.id, from_date=week_start, to_date=last_day),
        zone=region.price_zone,
        policy=await read_policy_values(session, region.code),
        items=await read_items(session),
        recipes={recipe.code: recipe for recipe in recipes},
        ingredients=ingredients,
        caps=await read_caps(session, zone=region.price_zone, from_date=week_start, to_date=last_day),
        exceptions=await read_exceptions(session, region_code=region.code, from_date=week_start, to_date=last_day),
    )


async def read_closed_dates(
    session: AsyncSession, organisation_id: UUID, *, from_date: date, to_date: date
) -> frozenset[date]:
    """Return the days on which an organisation does not work."""
    query = sa.select(col(ClosedDay.closed_date)).where(
        col(ClosedDay.organisation_id) == organisation_id,
        col(ClosedDay.closed_date).between(from_date, to_date),
    )
    return frozenset((await session.scalars(query)).all())
