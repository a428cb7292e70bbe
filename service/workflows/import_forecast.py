"""A kitchen sends the plain lines of a week as a file: they become a draft, as if they were typed in."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from service.database.unit_of_work import UnitOfWork
from service.domain.errors import DomainError, FieldFault
from service.domain.forecast_entries import ForecastEntry, KitchenFacts, LineEntry, require_valid
from service.domain.permissions import Action
from service.files.entries import read_lines
from service.files.rows import ReadRow
from service.files.tables import Table, too_large
from service.workflows.draft_forecast import DraftForecast, draft_forecast
from service.workflows.file_steps import ImportReport, Take, begin_import, faults_of, finish_import, to_be_taken
from service.workflows.forecast_steps import read_week

MOST_LINES: Final = 1_000
"""As many as a forecast typed in may have."""


@dataclass(frozen=True, slots=True)
class ImportForecast:
    """The kitchen, the Monday, the file, whether it is only tried, and whether its good rows may be taken alone."""

    kitchen_id: UUID
    week_start: date
    table: Table
    is_dry_run: bool
    take: Take = Take.ALL


async def import_forecast(work: UnitOfWork, command: ImportForecast) -> ImportReport:
    """Check every line and keep what is taken as one draft; nothing counts until it is submitted.

    Raises
    ------
    RowsRefused
        If the file is to be taken whole and a line is not valid.
    InvalidField
        If a column is missing, or the week cannot be typed in.
    DomainError
        As ``draft_forecast``.
    """
    week = await read_week(work, command.kitchen_id, command.week_start, Action.FORECASTS_WRITE)
    if len(command.table.rows) > MOST_LINES:
        raise too_large(f"At most {MOST_LINES:,} lines in a week's forecast.")
    vocabulary = await begin_import(work, command.kitchen_id)
    rows = await asyncio.to_thread(read_lines, command.table, vocabulary)
    rows = await asyncio.to_thread(_checked, rows, week.facts)
    taken = to_be_taken(rows, is_dry_run=command.is_dry_run, take=command.take)
    written: dict[int, UUID] = {}
    if taken:
        entry = ForecastEntry(lines=tuple(line for _, line in taken))
        draft = await draft_forecast(work, DraftForecast(command.kitchen_id, command.week_start, entry))
        await work.session.flush()
        written = {row.number: draft.id for row, _ in taken}
    return await finish_import(work, command.kitchen_id, rows, written, is_dry_run=command.is_dry_run)


def _checked(rows: Sequence[ReadRow[LineEntry]], facts: KitchenFacts) -> list[ReadRow[LineEntry]]:
    """Return the rows with what the rules find in them, all lines judged together as one entry."""
    good = [(place, row.entry) for place, row in enumerate(rows) if row.entry is not None]
    found: dict[int, list[FieldFault]] = defaultdict(list)
    try:
        if good:
            require_valid(ForecastEntry(lines=tuple(entry for _, entry in good)), facts)
    except DomainError as refusal:
        for fault in faults_of(refusal):
            # lines.3.demanded_qty: the fourth of the good rows.
            _, position, *names = fault.field.split(".")
            found[good[int(position)][0]].append(replace(fault, field=".".join(names)))
    return [
        replace(row, entry=None, faults=tuple(found[place])) if place in found else row
        for place, row in enumerate(rows)
    ]
