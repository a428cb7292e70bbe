"""What leaves of each line of a note, as the fields of a form: lot by lot, and what becomes of the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from service.api.schemas.deliveries import DeliveryLineOut
from service.domain.deliveries import RestFate
from service.domain.loads import LineLoad, Lot
from service.web.forms import Typed

LOT_ROWS: Final = 3
"""How many lots of a line a form has room for."""
_LOT_FIELDS: Final = {
    "shipped_qty": "shipped_qty",
    "lot_code": "lot_code",
    "producer": "producer",
    "expires_on": "expires_on",
    "temperature_dc": "temperature",
}


def read_loads(form: Typed, lines: Sequence[DeliveryLineOut]) -> tuple[LineLoad, ...]:
    """Return what a form says of every line: `shipped_qty.<line>.<row>` and its like, `rest.<line>`."""
    form.renamed["lines"] = "goods"
    return tuple(_load(form, number, line) for number, line in enumerate(lines))


def _load(form: Typed, number: int, line: DeliveryLineOut) -> LineLoad:
    at = f"lines.{number}"
    lots: list[Lot] = []
    for row in range(LOT_ROWS):
        lot = _lot(form, f"{line.id}.{row}", line)
        if lot is not None:
            for name, field in _LOT_FIELDS.items():
                form.renamed[f"{at}.lots.{len(lots)}.{name}"] = f"{field}.{line.id}.{row}"
            lots.append(lot)
    form.renamed |= {
        f"{at}.rest": f"rest.{line.id}",
        f"{at}.rest_reason": f"rest_reason.{line.id}",
        f"{at}.lots": f"shipped_qty.{line.id}.0",
        f"{at}.line_id": f"shipped_qty.{line.id}.0",
    }
    rest = form.choice(f"rest.{line.id}", RestFate, needed=False)
    reason = form.words(f"rest_reason.{line.id}", longest=200)
    return LineLoad(line.id, tuple(lots), rest, reason)


def _lot(form: Typed, key: str, line: DeliveryLineOut) -> Lot | None:
    qty = form.amount(f"shipped_qty.{key}", line.unit, needed=False)
    if not qty:
        return None
    code = form.words(f"lot_code.{key}", longest=60, needed=True)
    producer = form.words(f"producer.{key}", longest=120, needed=True)
    return Lot(
        shipped_qty=qty,
        lot_code=code or "",
        producer=producer or "",
        expires_on=form.day(f"expires_on.{key}", needed=False),
        temperature_dc=form.tenths(f"temperature.{key}", least=-500, most=1000, needed=False),
    )
