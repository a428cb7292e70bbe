"""The books as they stand, and every list as a file."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.dependencies import AfterCode, allows
from service.api.routers.ledgers import ledger_filter, read_ledger
from service.domain.ledgers import Account
from service.domain.permissions import Action
from service.web.filters import BLANK, OptionalDay
from service.web.page import Page
from service.web.routes import PageRoute
from service.words.trade_words import ACCOUNTS, BOOKED

router = APIRouter(route_class=PageRoute, include_in_schema=False)

PER_PAGE: Final = 50


@router.get("/ledger", dependencies=[allows(Action.LEDGER_READ)])
async def show_ledger(
    *,
    page: Page,
    after: AfterCode,
    organisation_id: Annotated[UUID | None, BLANK, Query()] = None,
    account: Annotated[Account | None, BLANK, Query()] = None,
    from_date: OptionalDay = None,
    to_date: OptionalDay = None,
) -> Response:
    """List the entries of the reader's book (the city: of all), the latest first."""
    wanted = await ledger_filter(
        caller=page.caller, organisation_id=organisation_id, account=account, from_date=from_date, to_date=to_date
    )
    asked = {"organisation_id": organisation_id, "account": account, "from_date": from_date, "to_date": to_date}
    return await page.show(
        "ledgers/ledger.html",
        listed=await read_ledger(page.work, wanted, after, PER_PAGE),
        wanted={name: str(value) for name, value in asked.items() if value},
        accounts=page.worded(ACCOUNTS),
        account_words=ACCOUNTS,
        documents=BOOKED,
    )
