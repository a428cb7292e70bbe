"""The words for organisations, people and their papers; states with the look of their tag."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from service.domain.organisations import DocumentKind, OrganisationKind, OrganisationStatus
from service.domain.people import Role
from service.domain.price_caps import CapKind
from service.words.marking import marked as _

ORGANISATION: Final[Mapping[StrEnum, tuple[str, str]]] = {
    OrganisationStatus.REGISTERED: (_("terdaftar, belum aktif"), "wait"),
    OrganisationStatus.ACTIVE: (_("aktif"), "good"),
    OrganisationStatus.SUSPENDED: (_("ditangguhkan"), "late"),
    OrganisationStatus.CLOSED: (_("tutup"), "late"),
}
STATUS_CHOICES: Final[Mapping[StrEnum, str]] = {
    OrganisationStatus.ACTIVE: _("Aktifkan"),
    OrganisationStatus.SUSPENDED: _("Tangguhkan: tidak ada pesanan baru, yang terbuka dialihkan"),
    OrganisationStatus.CLOSED: _("Tutup untuk seterusnya"),
}
KINDS: Final[Mapping[StrEnum, str]] = {
    OrganisationKind.KITCHEN: _("Dapur"),
    OrganisationKind.COOPERATIVE: _("Koperasi"),
    OrganisationKind.WHOLESALER: _("Grosir"),
    OrganisationKind.CITY_OFFICE: _("Kantor kota"),
}
ROLES: Final[Mapping[StrEnum, str]] = {
    Role.KITCHEN_HEAD: _("Kepala dapur"),
    Role.KITCHEN_ACCOUNTANT: _("Akuntan dapur"),
    Role.FIELD_ASSISTANT: _("Asisten lapangan"),
    Role.COOP_OFFICER: _("Pengurus koperasi"),
    Role.WHOLESALER: _("Grosir"),
    Role.CITY_OPERATOR: _("Operator kota"),
    Role.FOOD_OFFICER: _("Dinas pangan"),
    Role.AUDITOR: _("Auditor"),
    Role.ADMINISTRATOR: _("Administrator"),
}
DOCUMENTS: Final[Mapping[StrEnum, str]] = {
    DocumentKind.NIB: _("NIB (nomor induk berusaha)"),
    DocumentKind.NPWP: _("NPWP (nomor pajak)"),
    DocumentKind.HALAL: _("Sertifikat halal"),
    DocumentKind.NKV: _("NKV (nomor kontrol veteriner)"),
    DocumentKind.PIRT: _("P-IRT (pangan rumah tangga)"),
    DocumentKind.BPOM_MD: _("Izin edar BPOM MD"),
    DocumentKind.SNI: _("Sertifikat SNI"),
    DocumentKind.SLHS: _("SLHS (laik higiene sanitasi)"),
    DocumentKind.HACCP: _("Sertifikat HACCP"),
}
CAPS: Final[Mapping[StrEnum, str]] = {
    CapKind.HET: _("HET: tidak boleh dilampaui"),
    CapKind.HAP: _("HAP: boleh dilampaui dengan pengecualian"),
}
