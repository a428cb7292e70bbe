"""Who has not posted for a week yet is reminded by the city: once a day at most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from service.domain.organisations import Organisation, OrganisationKind
from service.domain.tables import Row

REMINDED_KINDS = (OrganisationKind.KITCHEN, OrganisationKind.COOPERATIVE)
"""Who posts for each week anew; a wholesaler keeps its stock as it changes."""


class WeekReminder(Row, table=True):
    """An organisation that was reminded of a week on a day."""

    __table_args__ = (sa.Index("ix_week_reminder_region_day", "region_code", "reminded_on"),)
    week_start: date = Field(primary_key=True)
    organisation_id: UUID = Field(primary_key=True, foreign_key="organisation.id")
    reminded_on: date = Field(primary_key=True)
    region_code: str = Field(foreign_key="region.code")


def to_remind(silent: Iterable[Organisation]) -> Mapping[OrganisationKind, list[Organisation]]:
    """Return those of the organisations without a post that are reminded, by kind."""
    found: dict[OrganisationKind, list[Organisation]] = {kind: [] for kind in REMINDED_KINDS}
    for organisation in silent:
        if organisation.kind in found:
            found[organisation.kind].append(organisation)
    return found
