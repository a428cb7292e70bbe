"""Price caps with their legal source, and the exceptions that quotes bear out."""

from __future__ import annotations

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.dependencies import After, allows
from service.api.routers.price_caps import list_price_caps
from service.api.routers.price_exceptions import list_price_exceptions
from service.database.queries.catalogue import list_items
from service.domain.permissions import Action
from service.domain.price_cap_entries import LEAST_QUOTES, Quote
from service.domain.price_caps import CapKind
from service.web.filters import BLANK
from service.web.forms import Form, Typed
from service.web.page import Page, PageView
from service.web.routes import PageRoute
from service.words import office_words
from service.workflows.add_price_cap import AddPriceCap, add_price_cap
from service.workflows.end_price_cap import EndPriceCap, end_price_cap
from service.workflows.grant_price_exception import GrantPriceException, grant_price_exception
from service.workflows.revoke_price_exception import RevokePriceException, revoke_price_exception

router = APIRouter(route_class=PageRoute, include_in_schema=False)

PER_PAGE: Final = 100
MOST_QUOTES: Final = 5
LONGEST_SOURCE: Final = 200
LONGEST_REASON: Final = 400
LONGEST_PROVIDER: Final = 120
DEAREST_IDR: Final = 10**7
MOST_ITEMS: Final = 500


@router.get("/price-caps", dependencies=[allows(Action.CATALOGUE_READ)])
async def show_price_caps(
    page: Page, after: After, item_code: Annotated[str | None, BLANK, Query(max_length=16)] = None
) -> Response:
    """List the caps of the region's price zone, with the items they hold down."""
    listed = await list_price_caps(
        page.work, page.caller, after, item_code=item_code, kind=None, on=None, limit=PER_PAGE
    )
    return await page.show(
        "price_caps/price_caps.html",
        listed=listed,
        item_code=item_code,
        today=await page.today(),
        kinds=page.worded(office_words.CAPS),
        **await _items(page),
    )


@router.post("/price-caps", dependencies=[allows(Action.PRICE_CAPS_WRITE)])
async def send_price_cap(page: Page, form: Form) -> Response:
    """Put a cap on record."""
    kind = form.choice("kind", CapKind)
    item_code = form.words("item_code", longest=16, needed=True)
    price_idr = form.rupiah("price_idr", most=DEAREST_IDR)
    valid_from, valid_to = form.day("valid_from"), form.day("valid_to", needed=False)
    source = form.words("source", longest=LONGEST_SOURCE, needed=True)
    form.require()
    if kind is not None and price_idr is not None and valid_from is not None:
        await add_price_cap(
            page.work, AddPriceCap(item_code or "", kind, price_idr, valid_from, valid_to, source or "")
        )
    return page.leave("/price-caps", said="saved")


@router.post("/price-caps/{price_cap_id}/end", dependencies=[allows(Action.PRICE_CAPS_WRITE)])
async def send_cap_end(price_cap_id: UUID, page: Page, form: Form) -> Response:
    """Say which day is a cap's last."""
    valid_to = form.day("valid_to")
    version = form.whole("version", least=1)
    form.require()
    if valid_to is not None:
        await end_price_cap(page.work, EndPriceCap(price_cap_id, version or 0, valid_to))
    return page.leave("/price-caps", said="saved")


@router.get("/price-exceptions", dependencies=[allows(Action.PRICE_EXCEPTIONS_READ)])
async def show_price_exceptions(page: Page, after: After) -> Response:
    """List where more than the HAP may be paid, until when and why."""
    listed = await list_price_exceptions(page.work, page.caller, after, item_code=None, on=None, limit=PER_PAGE)
    return await page.show(
        "price_caps/price_exceptions.html",
        listed=listed,
        today=await page.today(),
        quote_count=LEAST_QUOTES,
        most_quotes=MOST_QUOTES,
        **await _items(page),
    )


@router.post("/price-exceptions", dependencies=[allows(Action.PRICE_EXCEPTIONS_WRITE)])
async def send_price_exception(page: Page, form: Form) -> Response:
    """Allow a price above the HAP for some days."""
    item_code = form.words("item_code", longest=16, needed=True)
    price_idr = form.rupiah("price_idr", most=DEAREST_IDR)
    valid_from, valid_to = form.day("valid_from"), form.day("valid_to")
    reason = form.words("reason", longest=LONGEST_REASON, needed=True)
    quotes = _quotes(form)
    form.require()
    if price_idr is not None and valid_from is not None and valid_to is not None:
        await grant_price_exception(
            page.work,
            GrantPriceException(item_code or "", price_idr, valid_from, valid_to, reason or "", quotes),
        )
    return page.leave("/price-exceptions", said="saved")


@router.post("/price-exceptions/{price_exception_id}/revoke", dependencies=[allows(Action.PRICE_EXCEPTIONS_WRITE)])
async def send_revocation(price_exception_id: UUID, page: Page, form: Form) -> Response:
    """Take an exception back."""
    version = form.whole("version", least=1)
    form.require()
    await revoke_price_exception(page.work, RevokePriceException(price_exception_id, version or 0))
    return page.leave("/price-exceptions", said="saved")


def _quotes(form: Typed) -> tuple[Quote, ...]:
    """Return the quotes whose line is filled in; a line that is begun must be whole."""
    found: list[Quote] = []
    for number in range(1, MOST_QUOTES + 1):
        names = {part: f"{part}.{number}" for part in ("provider", "quote_idr", "quoted_date")}
        if not any(form.text(name) for name in names.values()):
            continue
        provider = form.words(names["provider"], longest=LONGEST_PROVIDER, needed=True)
        price_idr = form.rupiah(names["quote_idr"], most=DEAREST_IDR)
        quoted_date = form.day(names["quoted_date"])
        form.renamed |= {
            f"quotes.{len(found)}.provider": names["provider"],
            f"quotes.{len(found)}.price_idr": names["quote_idr"],
            f"quotes.{len(found)}.quoted_date": names["quoted_date"],
        }
        if provider and price_idr and quoted_date:
            found.append(Quote(provider, price_idr, quoted_date))
    form.renamed["quotes"] = "provider.1"
    return tuple(found)


async def _items(page: PageView) -> dict[str, Any]:
    """Return the items by code, and as the choices of a field."""
    items = await list_items(page.work.session, category=None, after=None, limit=MOST_ITEMS)
    names = {item.code: item.name_id for item in items}
    units = {item.code: item.unit for item in items}
    return {"names": names, "units": units, "items": [(code, f"{name} ({code})") for code, name in names.items()]}
