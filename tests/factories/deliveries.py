"""Delivery notes, receipts and invoices for tests, in memory."""

import hashlib
import uuid
from datetime import UTC, date, datetime
from pathlib import Path

from service.domain.credit_notes import CreditNote
from service.domain.deliveries import Delivery, DeliveryLine, DeliveryLot, DeliveryStatus
from service.domain.invoices import Invoice, InvoiceStatus, Payment
from service.domain.loads import LineLoad, Lot
from service.domain.orders import Order, OrderLine
from service.domain.people import User
from service.domain.receipt_photos import PhotoType, ReceiptPhoto
from service.domain.receipts import Receipt, ReceiptLine, ReceiptStatus
from service.domain.weighings import Weighing
from service.files.photos import PhotoShelf

LEFT_AT = datetime(2026, 11, 29, 8, tzinfo=UTC)
EXPIRES_ON = date(2026, 12, 20)
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(64)
"""What its first bytes call a PNG."""
NO_SHELF = PhotoShelf(Path("/nowhere"))
"""For deeds that bring no photo."""


def new_delivery(order: Order, line: OrderLine, **changes: object) -> Delivery:
    fields = {
        "id": uuid.uuid4(),
        "created_at": LEFT_AT,
        "region_code": order.region_code,
        "week_start": order.week_start,
        "number": f"SJ-{order.region_code}-1",
        "cooperative_id": order.cooperative_id,
        "kitchen_id": line.kitchen_id,
        "needed_date": line.needed_date,
        "drop_no": 1,
        "status": DeliveryStatus.PLANNED,
    }
    return Delivery(**{**fields, **changes})


def new_delivery_line(delivery: Delivery, line: OrderLine, **changes: object) -> DeliveryLine:
    fields = {
        "id": uuid.uuid4(),
        "created_at": LEFT_AT,
        "delivery_id": delivery.id,
        "position": 1,
        "order_line_id": line.id,
        "item_code": line.item_code,
        "planned_qty": line.ordered_qty,
        "price_idr": line.price_idr,
    }
    return DeliveryLine(**{**fields, **changes})


def new_delivery_lot(line: DeliveryLine, **changes: object) -> DeliveryLot:
    fields = {
        "id": uuid.uuid4(),
        "created_at": LEFT_AT,
        "delivery_line_id": line.id,
        "shipped_qty": line.planned_qty,
        "lot_code": "L-1",
        "producer": "Kelompok Tani Mekar",
        "expires_on": EXPIRES_ON,
    }
    return DeliveryLot(**{**fields, **changes})


def new_receipt(delivery: Delivery, **changes: object) -> Receipt:
    fields = {
        "id": uuid.uuid4(),
        "created_at": LEFT_AT,
        "region_code": delivery.region_code,
        "week_start": delivery.week_start,
        "delivery_id": delivery.id,
        "cooperative_id": delivery.cooperative_id,
        "kitchen_id": delivery.kitchen_id,
        "status": ReceiptStatus.OPEN,
    }
    return Receipt(**{**fields, **changes})


def new_invoice(receipt: Receipt, **changes: object) -> Invoice:
    fields = {
        "id": uuid.uuid4(),
        "created_at": LEFT_AT,
        "region_code": receipt.region_code,
        "week_start": receipt.week_start,
        "number": "INV/C000/2026/00001",
        "year": 2026,
        "sequence": 1,
        "receipt_id": receipt.id,
        "cooperative_id": receipt.cooperative_id,
        "kitchen_id": receipt.kitchen_id,
        "issued_on": date(2026, 11, 29),
        "due_on": date(2026, 12, 13),
        "total_idr": 520_000,
        "status": InvoiceStatus.ISSUED,
    }
    return Invoice(**{**fields, **changes})


def new_payment(invoice: Invoice, accountant: User, **changes: object) -> Payment:
    fields = {
        "id": uuid.uuid4(),
        "created_at": LEFT_AT,
        "invoice_id": invoice.id,
        "region_code": invoice.region_code,
        "amount_idr": 200_000,
        "paid_on": date(2026, 12, 4),
        "reference": "TRX-1",
        "recorded_by": accountant.id,
    }
    return Payment(**{**fields, **changes})


def new_credit_note(invoice: Invoice, reporter: User, **changes: object) -> CreditNote:
    fields = {
        "id": uuid.uuid4(),
        "created_at": LEFT_AT,
        "region_code": invoice.region_code,
        "week_start": invoice.week_start,
        "number": "NK/C000/2026/00001",
        "year": 2026,
        "sequence": 1,
        "invoice_id": invoice.id,
        "cooperative_id": invoice.cooperative_id,
        "kitchen_id": invoice.kitchen_id,
        "issued_on": date(2026, 12, 1),
        "total_idr": 26_000,
        "reported_by": reporter.id,
    }
    return CreditNote(**{**fields, **changes})


def new_receipt_line(receipt: Receipt, line: DeliveryLine, **changes: object) -> ReceiptLine:
    fields = {
        "id": uuid.uuid4(),
        "created_at": LEFT_AT,
        "receipt_id": receipt.id,
        "delivery_line_id": line.id,
        "order_line_id": line.order_line_id,
        "item_code": line.item_code,
        "shipped_qty": line.planned_qty,
        "received_qty": line.planned_qty,
        "counted_qty": line.planned_qty,
        "accepted_qty": line.planned_qty,
        "rejected_qty": 0,
    }
    return ReceiptLine(**{**fields, **changes})


def new_receipt_photo(receipt: Receipt, line: ReceiptLine, taker: User, **changes: object) -> ReceiptPhoto:
    fields = {
        "id": uuid.uuid4(),
        "created_at": LEFT_AT,
        "region_code": receipt.region_code,
        "week_start": receipt.week_start,
        "receipt_id": receipt.id,
        "receipt_line_id": line.id,
        "sha256": hashlib.sha256(PICTURE).hexdigest(),
        "media_type": PhotoType.PNG,
        "size_bytes": len(PICTURE),
        "taken_by": taker.id,
    }
    return ReceiptPhoto(**{**fields, **changes})


def all_of(line: DeliveryLine, **changes: object) -> LineLoad:
    """Load all that is planned of a line, as one lot."""
    lot = {"shipped_qty": line.planned_qty, "lot_code": "L-1", "producer": "Kelompok Tani Mekar", **changes}
    return LineLoad(line.id, (Lot(**lot),))


def taking_all(line: DeliveryLine) -> Weighing:
    """Take all that left of a line."""
    return Weighing(line.id, line.shipped_qty or 0)
