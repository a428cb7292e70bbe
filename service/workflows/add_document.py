"""A paper of an organisation is put on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.database.unit_of_work import UnitOfWork
from service.domain.events import EventType
from service.domain.memberships import require_period
from service.domain.organisations import Document, DocumentKind
from service.domain.permissions import Action, Reach, require
from service.workflows.acting import acting
from service.workflows.changes import plain
from service.workflows.organisation_steps import organisation_to_change


@dataclass(frozen=True, slots=True)
class AddDocument:
    """The paper's kind, its number, and the days on which it is valid (both included)."""

    organisation_id: UUID
    kind: DocumentKind
    number: str
    valid_from: date
    valid_to: date


async def add_document(work: UnitOfWork, command: AddDocument) -> Document:
    """Put a paper on record; what the city itself enters counts as verified.

    Raises
    ------
    InvalidField
        If it ends before it begins.
    NotFound
        If there is no such organisation, or it is another's.
    """
    require_period(valid_from=command.valid_from, valid_to=command.valid_to)
    organisation = await organisation_to_change(work, command.organisation_id, action=Action.ORGANISATIONS_WRITE)
    is_city = require(acting(work), Action.ORGANISATIONS_WRITE) is Reach.REGION
    document = Document(
        id=work.new_id(),
        created_at=work.now,
        organisation_id=organisation.id,
        kind=command.kind,
        number=command.number,
        valid_from=command.valid_from,
        valid_to=command.valid_to,
        verified_at=work.now if is_city else None,
    )
    work.session.add(document)
    await work.session.flush()
    work.record("document.add", "document", document.id, region_code=organisation.region_code, after=plain(document))
    work.announce(
        EventType.DOCUMENT_ADDED,
        entity="document",
        entity_id=document.id,
        region_code=organisation.region_code,
        concerns=[organisation.id],
        facts={"kind": document.kind.value, "number": document.number},
    )
    return document
