"""When the people of members were last there."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from service.api.schemas.shapes import Resource
from service.database.queries.last_seen import LastSeen
from service.domain.organisations import OrganisationKind


class LastSeenOut(Resource):
    """A member and its people; times are null if nothing is known of the last days."""

    organisation_id: UUID
    code: str = Field(examples=["K0001"])
    name: str = Field(examples=["SPPG Bantarjati"])
    kind: OrganisationKind = Field(examples=["kitchen"])
    people: int = Field(description="Who can log in", examples=[3])
    seen_at: datetime | None = Field(description="When one of them last asked for anything, to the minute")
    sent_at: datetime | None = Field(description="When a phone last sent what it had kept without signal")

    @classmethod
    def showing(cls, row: LastSeen) -> LastSeenOut:
        """Return a member as it is shown."""
        member = row.organisation
        return cls.of(member, organisation_id=member.id, people=row.people, seen_at=row.seen_at, sent_at=row.sent_at)


class LastSeenListOut(Resource):
    """The active members of a region, whoever was away longest first."""

    items: list[LastSeenOut]
