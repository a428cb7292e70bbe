"""The days of the week, Monday first."""

from __future__ import annotations

from typing import Final

DAYS: Final = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
