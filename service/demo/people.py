"""The demo's offices and logins: one person per role, one password for all, for demo mode only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from service.demo.cooperatives import FIRST_TO_OPERATE, DemoCooperative
from service.demo.facts import Facts
from service.demo.kitchens import DemoKitchen
from service.demo.wholesalers import DemoWholesaler
from service.domain.people import Role

DEMO_PASSWORD: Final = "pasok-demo-2026"  # noqa: S105 - printed on purpose; the demo holds no real data

CITY_HALL_KELURAHAN = "32.71.03.1003"
"""Pabaton, where the city hall stands."""


@dataclass(frozen=True, slots=True)
class DemoOffice:
    """An office of the city."""

    code: str
    name: str
    kelurahan_code: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class DemoUser:
    username: str
    full_name: str
    role: Role
    organisation_code: str


_OFFICES = (
    ("CITY-COOP", "Dinas Koperasi, UKM, Perdagangan dan Perindustrian (contoh)"),
    ("CITY-FOOD", "Dinas Ketahanan Pangan dan Pertanian (contoh)"),
    ("CITY-AUDIT", "Inspektorat Kota Bogor (contoh)"),
    ("CITY-ADMIN", "Pengelola Pasok Kota Bogor (contoh)"),
)


def make_offices(facts: Facts) -> tuple[DemoOffice, ...]:
    """Return the city's offices, all at the city hall."""
    place = next(known for known in facts.kelurahan if known.code == CITY_HALL_KELURAHAN)
    return tuple(DemoOffice(code, name, place.code, place.latitude, place.longitude) for code, name in _OFFICES)


def make_users(
    kitchens: Sequence[DemoKitchen], cooperatives: Sequence[DemoCooperative], wholesalers: Sequence[DemoWholesaler]
) -> tuple[DemoUser, ...]:
    """Return one person per role; kitchen and cooperative are neighbours, where the first cooperative opened."""
    kitchen = next((each for each in kitchens if each.kelurahan_code == FIRST_TO_OPERATE), kitchens[0]).code
    cooperative = next(each for each in cooperatives if each.kelurahan_code == FIRST_TO_OPERATE).code
    people = (
        ("kepala.dapur", "Siti Rahmawati", Role.KITCHEN_HEAD, kitchen),
        ("akuntan.dapur", "Budi Santoso", Role.KITCHEN_ACCOUNTANT, kitchen),
        ("aslap.dapur", "Dede Kurniawan", Role.FIELD_ASSISTANT, kitchen),
        ("pengurus.koperasi", "Neneng Hasanah", Role.COOP_OFFICER, cooperative),
        ("grosir", "Hendra Gunawan", Role.WHOLESALER, wholesalers[2].code),
        ("operator.kota", "Rina Marlina", Role.CITY_OPERATOR, "CITY-COOP"),
        ("dinas.pangan", "Agus Setiawan", Role.FOOD_OFFICER, "CITY-FOOD"),
        ("auditor", "Wulan Sari", Role.AUDITOR, "CITY-AUDIT"),
        ("admin", "Yusuf Hidayat", Role.ADMINISTRATOR, "CITY-ADMIN"),
    )
    return tuple(DemoUser(f"{login}@pasok.test", name, role, code) for login, name, role, code in people)
