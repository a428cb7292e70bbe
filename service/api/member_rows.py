"""Organisations, people, what they did, and what lies in outlets, as rows of a file; titles are Indonesian."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from service.api.file_columns import shortened
from service.database.queries.purchases import OutletStock
from service.domain.audits import AuditEntry
from service.domain.organisations import Organisation
from service.domain.people import User
from service.files.bounds import Cell

ORGANISATIONS: Final = ("kode", "nama", "jenis", "status", "kelurahan", "lintang", "bujur", "id")
USERS: Final = ("nama_pengguna", "nama", "peran", "aktif", "kode_dari_ponsel_sejak", "id_organisasi", "id")
AUDIT: Final = ("waktu", "tindakan", "benda", "id_benda", "id_pelaku", "sebelum", "sesudah", "id_permintaan", "id")
OUTLET_STOCK: Final = ("koperasi", "kode_barang", "nama", "jumlah", "satuan_dasar")


def organisation_row(organisation: Organisation) -> Sequence[Cell]:
    """Return who takes part, and where."""
    return (
        organisation.code,
        organisation.name,
        organisation.kind,
        organisation.status,
        organisation.kelurahan_code or "",
        organisation.latitude,
        organisation.longitude,
        str(organisation.id),
    )


def user_row(user: User) -> Sequence[Cell]:
    """Return a person with role and organisation; no secret stands in it."""
    return (
        user.username,
        user.full_name,
        user.role,
        user.is_active,
        user.second_factor_at,
        str(user.organisation_id),
        str(user.id),
    )


def audit_row(entry: AuditEntry) -> Sequence[Cell]:
    """Return who did what to which thing, with what it was before and after as JSON."""
    return (
        entry.at,
        entry.action,
        entry.entity,
        entry.entity_id,
        str(entry.actor_user_id or ""),
        _as_json(entry.before),
        _as_json(entry.after),
        entry.correlation_id or "",
        str(entry.id),
    )


def outlet_stock_row(held: OutletStock) -> Sequence[Cell]:
    """Return what lies in an outlet of an item, in base units."""
    return (held.cooperative.name, held.item.code, held.item.name_id, held.qty, held.item.unit)


def _as_json(values: dict[str, object] | None) -> str:
    return shortened(json.dumps(values, ensure_ascii=False, sort_keys=True)) if values else ""
