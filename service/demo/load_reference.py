"""Load what every week stands on: places, catalogue, caps, recipes, policy, offices and their people."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from service.database.unit_of_work import UnitOfWork
from service.demo.desk import Desk
from service.demo.facts import Facts
from service.demo.people import DEMO_PASSWORD, DemoOffice, DemoUser
from service.demo.week import DemoWeek
from service.domain.items import Item, Pack, Substitution
from service.domain.menu_cycles import CycleDay
from service.domain.organisations import MONDAY_TO_FRIDAY, OrganisationKind, OrganisationStatus
from service.domain.people import KIND_OF_ROLE, Role
from service.domain.permissions import Actor
from service.domain.places import Kecamatan, Kelurahan, Region
from service.domain.recipe_entries import Ingredient
from service.workflows.add_price_cap import AddPriceCap, add_price_cap
from service.workflows.admit_organisation import AdmitOrganisation, admit_organisation
from service.workflows.change_organisation_status import ChangeOrganisationStatus, change_organisation_status
from service.workflows.create_recipe import CreateRecipe, create_recipe
from service.workflows.create_user import CreateUser, create_user
from service.workflows.found_region import FirstOffice, FoundRegion, found_region
from service.workflows.load_catalogue import LoadCatalogue, load_catalogue
from service.workflows.plan_menu_cycle import PlanMenuCycle, plan_menu_cycle
from service.workflows.publish_policy import PublishPolicy, publish_policy


async def load_reference(work: UnitOfWork, facts: Facts, week: DemoWeek) -> Desk:
    """Found the region and fill its reference lists; return the desk at which the week is entered."""
    await load_catalogue(work, _catalogue(facts))
    administrators = next(user for user in week.users if user.role is Role.ADMINISTRATOR)
    home = next(office for office in week.offices if office.code == administrators.organisation_code)
    desk = Desk(work, await found_region(work, _region(facts, home, administrators)))
    for office in week.offices:
        if office is not home:
            await _admit_office(desk, office)
    for user in week.users:
        if KIND_OF_ROLE[user.role] is OrganisationKind.CITY_OFFICE and user is not administrators:
            desk.city[user.role] = await add_user(desk, user, password=DEMO_PASSWORD)
    await _load_rules(desk, facts)
    return desk


async def add_user(desk: Desk, user: DemoUser, *, password: str | None) -> Actor:
    """Create a user of an organisation that is known at the desk, and return them as an actor."""
    organisation = desk.organisations[user.organisation_code]
    command = CreateUser(organisation.id, user.username, user.full_name, user.role, password)
    created = await create_user(desk.as_administrator(), command)
    return Actor(created.id, organisation.id, organisation.region_code, created.role)


def _catalogue(facts: Facts) -> LoadCatalogue:
    return LoadCatalogue(
        items=[_item(asdict(item), item.is_for_kitchens) for item in facts.items],
        packs=[Pack(**asdict(pack)) for pack in facts.packs],
        substitutions=[Substitution(**asdict(each)) for each in facts.substitutions],
    )


def _item(values: dict[str, Any], is_for_kitchens: bool) -> Item:
    refusal = values.pop("refusal")
    values.pop("frozen_shelf_life_days")
    if isinstance(refusal, dict):
        values |= {"refusal_reason": refusal["reason"], "refusal_source": refusal["source"]}
    values["required_documents"] = list(values["required_documents"])
    return Item(**values, is_for_kitchens=is_for_kitchens)


def _region(facts: Facts, office: DemoOffice, administrator: DemoUser) -> FoundRegion:
    return FoundRegion(
        region=Region(**asdict(facts.region)),
        kecamatan=[Kecamatan(code=each.code, region_code=each.region_code, name=each.name) for each in facts.kecamatan],
        kelurahan=[
            Kelurahan(
                code=each.code,
                kecamatan_code=each.kecamatan_code,
                name=each.name,
                latitude=each.latitude,
                longitude=each.longitude,
                population=each.population,
            )
            for each in facts.kelurahan
        ],
        office=FirstOffice(
            **asdict(office),
            username=administrator.username,
            full_name=administrator.full_name,
            password=DEMO_PASSWORD,
        ),
    )


async def _admit_office(desk: Desk, office: DemoOffice) -> None:
    command = AdmitOrganisation(
        kind=OrganisationKind.CITY_OFFICE, **asdict(office), service_weekdays=MONDAY_TO_FRIDAY, details={}
    )
    work = desk.as_administrator()
    organisation = await admit_organisation(work, command)
    desk.organisations[office.code] = organisation
    active = ChangeOrganisationStatus(organisation.id, organisation.version, OrganisationStatus.ACTIVE, "city office")
    await change_organisation_status(work, active)


async def _load_rules(desk: Desk, facts: Facts) -> None:
    food = desk.as_city(Role.FOOD_OFFICER)
    for cap in facts.price_caps:
        if cap.zone == facts.region.price_zone:
            await add_price_cap(
                food, AddPriceCap(cap.item_code, cap.kind, cap.price_idr, cap.valid_from, cap.valid_to, cap.source)
            )
    for recipe in facts.recipes:
        parts = tuple(Ingredient(each.item_code, each.small_milli, each.large_milli) for each in recipe.ingredients)
        await create_recipe(food, CreateRecipe(recipe.code, recipe.name_id, recipe.name_en, parts))
    days = [CycleDay(day.position, day.name_id, day.name_en, day.recipe_codes) for day in facts.menu_days]
    await plan_menu_cycle(food, PlanMenuCycle(days))
    note = "First version: the defaults of the facts of Kota Bogor."
    await publish_policy(desk.as_city(Role.CITY_OPERATOR), PublishPolicy(note, facts.policy))
