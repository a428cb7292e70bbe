"""May this supply serve kitchens on this day? Rules that hold for a source whatever the demand line.

What depends on the pair (distance, price limit, capacity) is decided in the optimiser from the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from service.domain.items import Item
from service.domain.organisations import Document, DocumentKind, Organisation, OrganisationStatus, has_valid_document

SUPPLIER_DOCUMENTS = (DocumentKind.NIB,)
"""Papers that every supplier needs, whatever the item."""


class Ineligibility(StrEnum):
    """Stable reason codes for supply that is kept out of a run."""

    ORGANISATION_INACTIVE = "organisation_inactive"
    NOT_FOR_KITCHENS = "not_for_kitchens"
    DOCUMENT_MISSING = "document_missing"
    CLOSED_ALL_DAYS = "closed_all_days"
    LEAD_TIME = "lead_time"
    NOTHING_LEFT = "nothing_left"
    CAP_EXCEEDED = "cap_exceeded"
    SHELF_LIFE = "shelf_life"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a source may not serve on a day."""

    reason: Ineligibility
    detail: str


def missing_documents(item: Item, documents: Iterable[Document], day: date) -> list[DocumentKind]:
    """Return the papers that the supplier of an item lacks on a day, in the catalogue's order."""
    documents = list(documents)
    needed = (*SUPPLIER_DOCUMENTS, *(DocumentKind(name) for name in item.required_documents))
    return [kind for kind in needed if not has_valid_document(documents, kind, day)]


def refusal(organisation: Organisation, item: Item, documents: Iterable[Document], day: date) -> Refusal | None:
    """Return why an organisation may not supply an item on a day, or ``None`` if it may.

    Parameters
    ----------
    organisation
        The cooperative or wholesaler whose goods they are.
    day
        The cooking day that the goods are for.
    """
    if organisation.status is not OrganisationStatus.ACTIVE:
        return Refusal(Ineligibility.ORGANISATION_INACTIVE, organisation.status.value)
    if not item.is_for_kitchens:
        return Refusal(Ineligibility.NOT_FOR_KITCHENS, item.refusal_reason or item.code)
    missing = missing_documents(item, documents, day)
    if missing:
        return Refusal(Ineligibility.DOCUMENT_MISSING, ", ".join(kind.value for kind in missing))
    return None
