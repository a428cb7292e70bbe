"""What the forms of offers and of stocks have in common: the item they name, and the file that holds many at once."""

from __future__ import annotations

from typing import Protocol

from fastapi import Response

from service.database.queries.catalogue import find_item
from service.domain.errors import InvalidField
from service.domain.items import Item
from service.files.tables import Table
from service.web.forms import Typed
from service.web.page import PageView
from service.web.sent_files import done_with, file_of, keep
from service.workflows.file_steps import ImportReport, Take


class Taking(Protocol):
    """Takes the rows of a table, or only tries them."""

    async def __call__(self, table: Table, *, is_dry_run: bool, take: Take) -> ImportReport:
        """Return what became of the rows."""


async def file_taken(page: PageView, form: Typed, taking: Taking, *, back: str) -> Response:
    """Take the file of a form; if a row is bad it is only kept, unless the good ones were asked for."""
    file, take = await file_of(page, form), Take.GOOD if form.text("good_only") else Take.ALL
    tried = await taking(file.table, is_dry_run=True, take=take)
    if tried.refused and take is Take.ALL:
        kept = await keep(page, file)
        return await page.show("offers/file.html", at=back, report=tried, is_taken=False, back=back, kept=kept)
    report = await taking(file.table, is_dry_run=False, take=take)
    await done_with(page, file)
    return await page.show("offers/file.html", at=back, report=report, is_taken=True, back=back, kept=None)


def choices(items: dict[str, Item]) -> list[tuple[str, str]]:
    """Return the items that kitchens may have, by their Indonesian name."""
    return sorted(
        ((item.code, item.name_id) for item in items.values() if item.is_for_kitchens), key=lambda one: one[1]
    )


async def item_named(page: PageView, form: Typed) -> Item:
    """Return the item that a form names; its unit says how the amounts are read."""
    item = await find_item(page.work.session, form.text("item_code"))
    if item is None:
        raise InvalidField.at("item_code", "Choose one from the list.", code="unknown")
    return item
