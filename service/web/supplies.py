"""What the forms of offers and of stocks have in common: the item they name, and the file that holds many at once."""

from __future__ import annotations

import asyncio
from typing import Protocol

from fastapi import Response

from service.database.queries.catalogue import find_item
from service.domain.errors import InvalidField
from service.domain.items import Item
from service.files.reading import kind_of, read_table
from service.files.tables import Table
from service.web.forms import Typed
from service.web.page import PageView
from service.workflows.file_steps import ImportReport, Take


class Taking(Protocol):
    """Takes the rows of a table, or only tries them."""

    async def __call__(self, table: Table, *, is_dry_run: bool, take: Take) -> ImportReport:
        """Return what became of the rows."""


async def file_taken(page: PageView, form: Typed, taking: Taking, *, back: str) -> Response:
    """Take the file of a form: tried first, and left alone if a row is bad, unless the good ones were asked for."""
    table, take = await _table_sent(form), Take.GOOD if form.text("good_only") else Take.ALL
    tried = await taking(table, is_dry_run=True, take=take)
    if tried.refused and take is Take.ALL:
        return await page.show("offers/file.html", report=tried, is_taken=False, back=back)
    report = await taking(table, is_dry_run=False, take=take)
    return await page.show("offers/file.html", report=report, is_taken=True, back=back)


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


async def _table_sent(form: Typed) -> Table:
    """Return the table in the file that a form carries."""
    found = form.files.get("file")
    if not found or not found[0][1]:
        raise InvalidField.at("file", "Choose a file.", code="missing")
    content = found[0][1]
    return await asyncio.to_thread(read_table, content, kind_of(content))
