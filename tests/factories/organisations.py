"""Organisations for tests, active and with the row that completes their kind."""

import uuid
from datetime import UTC, date, datetime

from service.domain.organisations import (
    Cooperative,
    Document,
    DocumentKind,
    Kitchen,
    Organisation,
    OrganisationKind,
    OrganisationStatus,
    Wholesaler,
)
from tests.factories.places import REGION

CREATED_AT = datetime(2026, 11, 1, tzinfo=UTC)


def new_organisation(kind: OrganisationKind, region_code: str = REGION, **changes: object) -> Organisation:
    key = uuid.uuid4()
    fields = {
        "id": key,
        "created_at": CREATED_AT,
        "region_code": region_code,
        "kind": kind,
        "status": OrganisationStatus.ACTIVE,
        "code": f"{kind.value[:3].upper()}-{key.hex[:8]}",
        "name": f"{kind.value} {key.hex[:4]}",
        "latitude": -6.6,
        "longitude": 106.8,
    }
    return Organisation(**{**fields, **changes})


def new_kitchen(organisation: Organisation, **changes: object) -> Kitchen:
    fields = {
        "organisation_id": organisation.id,
        "foundation_name": "Yayasan Uji",
        "portions_small": 1200,
        "portions_large": 1800,
        "max_drops_per_day": 8,
        "min_suppliers": 5,
        "max_share_bp": 4000,
    }
    return Kitchen(**{**fields, **changes})


def new_cooperative(organisation: Organisation, **changes: object) -> Cooperative:
    fields = {
        "organisation_id": organisation.id,
        "radius_m": 5000,
        "capital_idr": 100_000_000,
        "markup_bp": 500,
        "handling_g_per_day": 3_000_000,
        "cold_g_per_day": 400_000,
    }
    return Cooperative(**{**fields, **changes})


def new_wholesaler(organisation: Organisation, **changes: object) -> Wholesaler:
    return Wholesaler(**{"organisation_id": organisation.id, "min_order_idr": 1_000_000, "lead_days": 2, **changes})


def new_document(organisation: Organisation, kind: DocumentKind = DocumentKind.NIB, **changes: object) -> Document:
    fields = {
        "id": uuid.uuid4(),
        "created_at": CREATED_AT,
        "organisation_id": organisation.id,
        "kind": kind,
        "number": "0220001234567",
        "valid_from": date(2026, 1, 1),
        "valid_to": date(2027, 12, 31),
    }
    return Document(**{**fields, **changes})


def completed(organisation: Organisation) -> list[Organisation | Kitchen | Cooperative | Wholesaler]:
    """Return an organisation with the row that its kind needs."""
    makers = {
        OrganisationKind.KITCHEN: new_kitchen,
        OrganisationKind.COOPERATIVE: new_cooperative,
        OrganisationKind.WHOLESALER: new_wholesaler,
    }
    maker = makers.get(organisation.kind)
    return [organisation] if maker is None else [organisation, maker(organisation)]
