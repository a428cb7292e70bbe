"""The region's policy: what the optimiser pays for, in rupiah, and a new version of it."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any, Final

from fastapi import APIRouter, Response
from pydantic import ValidationError

from service.api.dependencies import allows
from service.database.queries.policies import find_policy_in_force, list_policies
from service.domain.errors import StaleVersion
from service.domain.permissions import Action
from service.domain.policies import FallenLines, PolicyValues, values_of
from service.web import policy_words
from service.web.forms import Form, Typed
from service.web.page import Page
from service.web.policy_words import PERCENT, RUPIAH, VALUES
from service.web.routes import PageRoute
from service.words.plan_words import FALLEN_LINES
from service.workflows.publish_policy import PublishPolicy, publish_policy

router = APIRouter(route_class=PageRoute, include_in_schema=False)

LONGEST_NOTE: Final = 400
SHOWN_VERSIONS: Final = 20
MOST_IDR: Final = 10**12
BP_PER_PERCENT: Final = 100


@router.get("/policies", dependencies=[allows(Action.POLICIES_READ)])
async def show_policies(page: Page) -> Response:
    """Show the version in force and the ones before it."""
    session, region_code = page.work.session, page.caller.region_code
    policy = await find_policy_in_force(session, region_code)
    return await page.show(
        "policies/policies.html",
        policy=policy,
        values=values_of(policy).model_dump(mode="json") if policy else {},
        versions=await list_policies(session, region_code=region_code, before=None, limit=SHOWN_VERSIONS),
        fallen=page.worded(FALLEN_LINES),
        words=policy_words,
    )


@router.post("/policies", dependencies=[allows(Action.POLICIES_WRITE)])
async def send_policy(page: Page, form: Form) -> Response:
    """Publish a new version: it is in force at once, earlier plans keep theirs."""
    note = form.words("note", longest=LONGEST_NOTE, needed=True)
    number = form.whole("number", least=1)
    typed = {name: _typed(form, name, unit) for name, (_label, unit) in VALUES.items()}
    fallen_lines = form.choice("fallen_lines", FallenLines)
    form.require()
    policy = await find_policy_in_force(page.work.session, page.caller.region_code)
    if policy is None or policy.number != number:
        raise StaleVersion("Another version was published meanwhile; compare it with what you typed.")
    values = _valid(form, {**policy.values, **typed, "fallen_lines": fallen_lines})
    form.require()
    if values is not None:
        await publish_policy(page.work, PublishPolicy(note or "", values))
    return page.leave("/policies", said="policy_published")


def _typed(form: Typed, name: str, unit: str) -> int | None:
    if unit == RUPIAH:
        return form.rupiah(name, least=0, most=MOST_IDR)
    if unit != PERCENT:
        return form.whole(name)
    try:
        share = Decimal(form.text(name).replace("%", "").replace(",", ".").strip()) * BP_PER_PERCENT
    except InvalidOperation:
        form.faults.add(name, "not_a_number", "A percentage, for example 12,5.")
        return None
    if not share.is_finite() or share != share.to_integral_value() or not 0 <= share <= BP_PER_PERCENT * 100:
        form.faults.add(name, "out_of_range", "Between 0 and 100.")
        return None
    return int(share)


def _valid(form: Typed, values: dict[str, Any]) -> PolicyValues | None:
    try:
        return PolicyValues.model_validate(values)
    except ValidationError as error:
        for fault in error.errors():
            form.faults.add(str(fault["loc"][0]), "out_of_range", fault["msg"])
        return None
