"""Who may change what about an organisation, and what its details must be like."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from service.domain.errors import InvalidField, NotPermitted
from service.domain.organisations import (
    Cooperative,
    Kitchen,
    OrganisationKind,
    Wholesaler,
)
from service.domain.permissions import Reach

Details = Kitchen | Cooperative | Wholesaler

DETAILS: Mapping[OrganisationKind, type[Details]] = {
    OrganisationKind.KITCHEN: Kitchen,
    OrganisationKind.COOPERATIVE: Cooperative,
    OrganisationKind.WHOLESALER: Wholesaler,
}
"""Which table completes an organisation; a city office needs none."""

OVERSEEN_FIELDS = frozenset(
    {"name", "kelurahan_code", "latitude", "longitude", "min_suppliers", "max_share_bp", "head_office_id"}
)
"""Who and where an organisation is, and how its buying is watched: the city's to change, not its own."""


def require_free_to_change(fields: Collection[str], reach: Reach) -> None:
    """Refuse an organisation's own people the fields by which the city watches it.

    Raises
    ------
    NotPermitted
        Naming the fields.
    """
    overseen = sorted(OVERSEEN_FIELDS.intersection(fields))
    if reach is Reach.OWN and overseen:
        raise NotPermitted(f"Only the city operator changes: {', '.join(overseen)}.", fields=overseen)


def require_sound(details: Details) -> None:
    """Refuse details that contradict each other.

    Raises
    ------
    InvalidField
        If a kitchen's receiving window ends before it begins.
    """
    if isinstance(details, Kitchen) and details.receiving_from_minute >= details.receiving_to_minute:
        raise InvalidField.at(
            "receiving_to_minute", f"Must be after receiving_from_minute ({details.receiving_from_minute})."
        )


def require_period(*, valid_from: date, valid_to: date | None) -> None:
    """Refuse a validity that ends before it begins.

    Raises
    ------
    InvalidField
        Naming the first day.
    """
    if valid_to is not None and valid_to < valid_from:
        raise InvalidField.at("valid_to", f"Must not be before valid_from ({valid_from.isoformat()}).")
