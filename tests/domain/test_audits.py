"""Audit entries keep plain values."""

import uuid
from datetime import date

from service.domain.audits import plain_values
from service.domain.offers import LotEntry


def test_dates_ids_and_typed_in_parts_become_plain() -> None:
    key = uuid.uuid4()
    lots = (LotEntry("A", 1000, date(2026, 12, 4)), LotEntry("B", 2000))
    assert plain_values({"day": date(2026, 11, 30), "id": key, "qty": 5, "lots": lots}) == {
        "day": "2026-11-30",
        "id": str(key),
        "qty": 5,
        "lots": [
            {"lot_code": "A", "lot_qty": 1000, "expires_date": "2026-12-04"},
            {"lot_code": "B", "lot_qty": 2000, "expires_date": None},
        ],
    }
