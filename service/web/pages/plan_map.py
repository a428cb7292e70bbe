"""The map of a plan: which cooperative brings how much to which kitchen, and where something is short."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Response

from service.api.dependencies import allows
from service.api.plan_views import detailed, require_plan
from service.database.queries.places import list_kelurahan
from service.database.queries.plan_map import Flow, flows_of
from service.domain.organisations import Organisation
from service.domain.permissions import Action
from service.domain.places import Kelurahan
from service.web.city_members import everybody
from service.web.page import Page
from service.web.routes import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)

READ: Final = allows(Action.RUNS_READ)
MOST_KELURAHAN: Final = 1000
FLOWS_TOLD: Final = 30


@router.get("/plans/{plan_id}/map", dependencies=[READ])
async def show_map(plan_id: UUID, page: Page) -> Response:
    """Show the map, and the heaviest flows in words."""
    plan = await require_plan(page.work, page.caller, plan_id)
    names = {one.id: one.name for one in await everybody(page)}
    flows = await flows_of(page.work.session, plan.id)
    return await page.show("plans/map.html", plan=plan, flows=flows[:FLOWS_TOLD], names=names)


@router.get("/plans/{plan_id}/map-data", dependencies=[READ])
async def give_map_data(plan_id: UUID, page: Page) -> Response:
    """Return what the map draws: places in degrees, weights in kilograms."""
    row = await require_plan(page.work, page.caller, plan_id)
    plan = await detailed(page.work, page.caller, row)
    known = {one.id: one for one in await everybody(page)}
    kelurahan = await list_kelurahan(
        page.work.session, region_code=row.region_code, kecamatan_code=None, after=None, limit=MOST_KELURAHAN
    )
    figures = {kitchen.kitchen: kitchen for kitchen in plan.kitchens}
    flows = await flows_of(page.work.session, row.id)
    givers = {flow.cooperative_id for flow in flows}
    return _as_json(
        {
            "kelurahan": [_place(one) for one in kelurahan],
            "kitchens": [
                {**_place(one), "short_kg": figures[one.code].short_kg, "fill_share": figures[one.code].fill_share}
                for one in known.values()
                if one.code in figures
            ],
            "cooperatives": [_place(known[key]) for key in givers],
            "flows": _lines(flows, known),
        }
    )


def _as_json(data: dict[str, Any]) -> Response:
    """Return data that would be harmless even if somebody took it for a page."""
    body = json.dumps(data).replace("<", "\\u003c")
    return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})


def _place(one: Organisation | Kelurahan) -> dict[str, Any]:
    return {"name": one.name, "at": [one.latitude, one.longitude]}


def _lines(flows: Iterable[Flow], known: dict[UUID, Organisation]) -> list[dict[str, Any]]:
    ends = ((known[flow.cooperative_id], known[flow.kitchen_id], flow) for flow in flows)
    return [
        {
            "from": [giver.latitude, giver.longitude],
            "to": [taker.latitude, taker.longitude],
            "names": [giver.name, taker.name],
            "kg": round(flow.weight_g / 1000),
        }
        for giver, taker, flow in ends
    ]
