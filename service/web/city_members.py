"""The organisations of the region by name, for fields to choose from and for codes to be told as names."""

from __future__ import annotations

from service.database.queries.plans import ids_by_code, organisations_of
from service.domain.organisations import Organisation, OrganisationKind
from service.web.page import PageView


async def everybody(page: PageView) -> list[Organisation]:
    """Return the organisations of the reader's region by name."""
    ids = await ids_by_code(page.work.session, page.caller.region_code)
    known = await organisations_of(page.work.session, set(ids.values()))
    return sorted(known.values(), key=lambda one: (one.name, one.code))


async def names_by_code(page: PageView) -> dict[str, str]:
    """Return what people call the organisations of the region, by code."""
    return {one.code: one.name for one in await everybody(page)}


async def members(page: PageView, kind: OrganisationKind) -> list[tuple[str, str]]:
    """Return id and name of the organisations of a kind."""
    return [(str(one.id), one.name) for one in await everybody(page) if one.kind is kind]


async def members_by_code(page: PageView, kind: OrganisationKind) -> list[tuple[str, str]]:
    """Return code and name of the organisations of a kind."""
    return [(one.code, one.name) for one in await everybody(page) if one.kind is kind]
