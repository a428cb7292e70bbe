"""Load who takes part: kitchens, cooperatives, wholesalers, with their papers, days and people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from service.demo.cooperatives import DemoCooperative
from service.demo.desk import Desk
from service.demo.documents import DemoDocument
from service.demo.kitchens import DemoKitchen
from service.demo.load_reference import add_user
from service.demo.people import DEMO_PASSWORD, DemoUser
from service.demo.week import DemoWeek
from service.demo.wholesalers import DemoWholesaler
from service.domain.organisations import OrganisationKind, OrganisationStatus
from service.domain.people import KIND_OF_ROLE, Role
from service.workflows.add_document import AddDocument, add_document
from service.workflows.admit_organisation import AdmitOrganisation, admit_organisation
from service.workflows.change_organisation_status import ChangeOrganisationStatus, change_organisation_status
from service.workflows.set_day_capacity import Capacity, SetDayCapacity, set_day_capacity

HEAD_OF = {
    OrganisationKind.KITCHEN: Role.KITCHEN_HEAD,
    OrganisationKind.COOPERATIVE: Role.COOP_OFFICER,
    OrganisationKind.WHOLESALER: Role.WHOLESALER,
}


async def load_members(desk: Desk, week: DemoWeek) -> None:
    """Admit everybody of the week, activate who operates, and give each a person who acts for it."""
    for kitchen in week.kitchens:
        await _admit(desk, OrganisationKind.KITCHEN, kitchen, _kitchen_details(kitchen))
    for cooperative in week.cooperatives:
        details = _cooperative_details(cooperative)
        await _admit(desk, OrganisationKind.COOPERATIVE, cooperative, details, is_operating=cooperative.is_operating)
    for wholesaler in week.wholesalers:
        details = {"min_order_idr": wholesaler.min_order_idr, "lead_days": wholesaler.lead_days}
        await _admit(desk, OrganisationKind.WHOLESALER, wholesaler, details)
    await _load_day_capacities(desk, week)
    await _load_people(desk, week.users)


def _kitchen_details(kitchen: DemoKitchen) -> dict[str, Any]:
    return {
        "foundation_name": kitchen.foundation_name,
        "portions_small": kitchen.portions_small,
        "portions_large": kitchen.portions_large,
        "max_drops_per_day": kitchen.max_drops_per_day,
        "min_suppliers": kitchen.min_suppliers,
        "max_share_bp": kitchen.max_share_bp,
        "receiving_from_minute": kitchen.receiving_from_minute,
        "receiving_to_minute": kitchen.receiving_to_minute,
    }


def _cooperative_details(cooperative: DemoCooperative) -> dict[str, Any]:
    return {
        "radius_m": cooperative.radius_m,
        "capital_idr": cooperative.capital_idr,
        "markup_bp": cooperative.markup_bp,
        "handling_g_per_day": cooperative.handling_g_per_day,
        "cold_g_per_day": cooperative.cold_g_per_day,
    }


async def _admit(
    desk: Desk,
    kind: OrganisationKind,
    member: DemoKitchen | DemoCooperative | DemoWholesaler,
    details: Mapping[str, Any],
    *,
    is_operating: bool = True,
) -> None:
    command = AdmitOrganisation(
        kind=kind,
        code=member.code,
        name=member.name,
        kelurahan_code=None if isinstance(member, DemoWholesaler) else member.kelurahan_code,
        latitude=member.latitude,
        longitude=member.longitude,
        service_weekdays=member.service_weekdays,
        details=details,
    )
    organisation = await admit_organisation(desk.as_administrator(), command)
    desk.organisations[member.code] = organisation
    await _add_documents(desk, member.code, member.documents)
    if is_operating:
        active = ChangeOrganisationStatus(organisation.id, organisation.version, OrganisationStatus.ACTIVE, "operates")
        await change_organisation_status(desk.as_administrator(), active)


async def _add_documents(desk: Desk, code: str, documents: Iterable[DemoDocument]) -> None:
    work = desk.as_city(Role.CITY_OPERATOR)
    for paper in documents:
        command = AddDocument(desk.organisations[code].id, paper.kind, paper.number, paper.valid_from, paper.valid_to)
        await add_document(work, command)


async def _load_day_capacities(desk: Desk, week: DemoWeek) -> None:
    work = desk.as_city(Role.CITY_OPERATOR)
    for day in week.day_capacities:
        organisation = desk.organisations[day.cooperative_code]
        capacity = Capacity(day.handling_g, day.cold_g)
        await set_day_capacity(work, SetDayCapacity(organisation.id, organisation.version, day.capacity_date, capacity))


async def _load_people(desk: Desk, users: Iterable[DemoUser]) -> None:
    """Create the demo's logins, and for every other member a person who acts for it but cannot log in."""
    for user in users:
        if KIND_OF_ROLE[user.role] in HEAD_OF:
            actor = await add_user(desk, user, password=DEMO_PASSWORD)
            if user.role in HEAD_OF.values():
                desk.officers[user.organisation_code] = actor
    for code, organisation in desk.organisations.items():
        if organisation.kind in HEAD_OF and code not in desk.officers:
            username = f"{code.lower()}@pasok.test"
            user = DemoUser(username, f"Pengurus {organisation.name}", HEAD_OF[organisation.kind], code)
            desk.officers[code] = await add_user(desk, user, password=None)
