"""What-ifs of the city: the policy's prices, a cooperative gone, other demand, beside a plan that stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Response

from service.api.dependencies import allows
from service.api.plan_views import require_plan
from service.api.routers.what_ifs import read_what_if, read_what_ifs
from service.database.queries.entry_facts import read_items
from service.domain.calendars import DAYS_PER_WEEK
from service.domain.organisations import OrganisationKind
from service.domain.permissions import Action
from service.domain.policies import Policy
from service.domain.runs import ACTIVE_RUNS
from service.domain.units import BP
from service.web.city_members import members_by_code, names_by_code
from service.web.forms import Form, Typed
from service.web.page import Page, PageView
from service.web.routes import PageRoute
from service.web.supplies import choices
from service.words.marking import marked as _
from service.workflows.ask_what_if import AskWhatIf, ask_what_if
from service.workflows.scenario_changes import HypotheticalOffer, OtherDemand, WhatIfChanges

router = APIRouter(route_class=PageRoute, include_in_schema=False)

READ: Final = allows(Action.RUNS_READ)
SHOWN: Final = 20
PERCENT_BP: Final = BP // 100
MOST_DEMAND_PERCENT: Final = 300
OFFER_ROWS: Final = 3


@dataclass(frozen=True, slots=True)
class Lever:
    """A value of the policy that can be tried: its name, words, unit, and the ends of its slider."""

    name: str
    label: str
    unit: str
    most: int
    step: int
    per: int = 1
    """How many of the policy's units one unit of the slider is: 100 basis points for a percent."""


LEVERS: Final = (
    Lever("drop_idr", _("Biaya tiap pengantaran"), _("rupiah"), 300_000, 5_000),
    Lever("tier_kecamatan_idr_per_kg", _("Nilai barang dari luar kelurahan"), _("rupiah/kg"), 5_000, 50),
    Lever("tier_city_idr_per_kg", _("Nilai barang dari luar kecamatan"), _("rupiah/kg"), 5_000, 50),
    Lever("wholesale_idr_per_kg", _("Nilai barang dari grosir"), _("rupiah/kg"), 5_000, 50),
    Lever("fairness_bp", _("Bobot pembagian adil"), "%", 100, 1, per=PERCENT_BP),
    Lever("share_bp", _("Bobot ketergantungan pada satu koperasi"), "%", 100, 1, per=PERCENT_BP),
    Lever("supplier_gap_idr", _("Harga tiap pemasok yang kurang"), _("rupiah"), 1_000_000, 10_000),
)


@router.get("/plans/{plan_id}/what-ifs", dependencies=[READ])
async def show_what_ifs(plan_id: UUID, page: Page) -> Response:
    """Show what was asked beside a plan, and ask something new."""
    plan = await require_plan(page.work, page.caller, plan_id)
    policy = await page.work.session.get_one(Policy, plan.policy_id)
    found = await read_what_ifs(plan_id, page.work, page.caller, after=None, limit=SHOWN)
    return await page.show(
        "what_ifs/what_ifs.html",
        plan=plan,
        levers=[(lever, policy.values.get(lever.name, 0) // lever.per) for lever in LEVERS],
        asked=found.items,
        offer_rows=range(OFFER_ROWS),
        goods=choices(await read_items(page.work.session)),
        cooperatives=await members_by_code(page, OrganisationKind.COOPERATIVE),
        members=[
            *await members_by_code(page, OrganisationKind.COOPERATIVE),
            *await members_by_code(page, OrganisationKind.WHOLESALER),
        ],
    )


@router.post("/plans/{plan_id}/what-ifs", dependencies=[allows(Action.RUNS_WRITE)])
async def send_what_if(plan_id: UUID, page: Page, form: Form) -> Response:
    """Ask what would be; a worker finds out, the plan stays as it is."""
    plan = await require_plan(page.work, page.caller, plan_id)
    policy = await page.work.session.get_one(Policy, plan.policy_id)
    values = changed_values(form, policy.values)
    demand = form.whole("demand_percent", least=0, most=MOST_DEMAND_PERCENT)
    suspended = form.all("suspended")
    offers = await _offers_in(page, form, plan.week_start)
    form.require()
    other = () if demand is None or demand * PERCENT_BP == BP else (OtherDemand(demand * PERCENT_BP, None, None),)
    if not (values or suspended or other or offers):
        form.faults.add("demand_percent", "nothing_changed", "Change at least one value.")
        form.require()
    asked: dict[str, Any] = {
        **({"policy": values} if values else {}),
        **({"suspended": suspended} if suspended else {}),
        **({"offers": [_told(one) for one in offers]} if offers else {}),
        **({"demand": [{"scale_bp": one.scale_bp} for one in other]} if other else {}),
    }
    changes = WhatIfChanges(policy=values, suspended=tuple(suspended), offers=tuple(offers), demand=other)
    form.renamed |= {f"policy.{lever.name}": lever.name for lever in LEVERS}
    run = await ask_what_if(page.work, AskWhatIf(plan_id, changes, asked))
    return page.leave(f"/what-ifs/{run.id}", said="asked")


async def _offers_in(page: PageView, form: Typed, week_start: date) -> list[HypotheticalOffer]:
    """Return the offers that there might be; a row without a cooperative is left alone."""
    catalogue = await read_items(page.work.session)
    offers: list[HypotheticalOffer] = []
    for number in range(OFFER_ROWS):
        cooperative = form.text(f"cooperative.{number}")
        if not cooperative:
            continue
        item = catalogue.get(form.text(f"item.{number}"))
        if item is None:
            form.faults.add(f"item.{number}", "unknown", "Choose one from the list.")
            continue
        qty, price_idr = form.amount(f"qty.{number}", item.unit), form.rupiah(f"price.{number}")
        if qty == 0:
            form.faults.add(f"qty.{number}", "out_of_range", "More than 0.")
        names = {"cooperative": "cooperative", "item_code": "item", "offered_qty": "qty", "price_idr": "price"}
        form.renamed |= {f"offers.{len(offers)}.{name}": f"{place}.{number}" for name, place in names.items()}
        form.renamed |= {f"offers.{name}": f"{place}.{number}" for name, place in names.items()}
        if qty and price_idr:
            last = week_start + timedelta(days=DAYS_PER_WEEK - 1)
            offers.append(HypotheticalOffer(cooperative, item.code, qty, price_idr, week_start, last, 0, None))
    return offers


def _told(offer: HypotheticalOffer) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in asdict(offer).items()
        if value is not None
    }


@router.get("/what-ifs/{what_if_id}", dependencies=[READ])
async def show_what_if(what_if_id: UUID, page: Page) -> Response:
    """Show what would be, beside the plan that is there."""
    found = await read_what_if(what_if_id, page.work, page.caller)
    return await page.show(
        "what_ifs/what_if.html",
        found=found,
        is_active=found.status in ACTIVE_RUNS,
        labels={lever.name: lever for lever in LEVERS},
        names=await names_by_code(page),
        items=await read_items(page.work.session),
    )


def changed_values(form: Typed, values: Mapping[str, Any]) -> dict[str, int]:
    """Return the levers that stand elsewhere than in the policy."""
    changed = {}
    for lever in LEVERS:
        typed = form.whole(lever.name, least=0, most=lever.most * 10)
        if typed is not None and typed != values.get(lever.name, 0) // lever.per:
            changed[lever.name] = typed * lever.per
    return changed
