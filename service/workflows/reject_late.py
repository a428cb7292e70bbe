"""A kitchen rejects goods that it signed for and that turned out bad: a credit note, in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.database.queries.credit_notes import invoice_of_receipt, taken_lines
from service.database.queries.deliveries import codes_of
from service.database.queries.entry_facts import read_policy_values
from service.database.queries.invoices import lock_invoice, next_number
from service.database.queries.receipts import receipt_lines
from service.database.unit_of_work import UnitOfWork
from service.domain.calendars import local_day
from service.domain.credit_notes import (
    CreditNote,
    CreditNoteLine,
    LateReject,
    TakenLine,
    credit_note_number,
    credited_idr,
    require_valid,
    require_worth,
)
from service.domain.errors import NotSigned
from service.domain.events import EventType
from service.domain.invoices import Invoice, NumberedPaper, apply_credit
from service.domain.ledgers import Movement, credit
from service.domain.permissions import require_actor
from service.domain.places import Region
from service.domain.receipts import Receipt
from service.workflows.issue_invoice import book
from service.workflows.kitchen_receipt import receipt_of_kitchen
from service.workflows.seek_lost import seek_lost


@dataclass(frozen=True, slots=True)
class RejectLate:
    """Lines of a signed receipt that turned out bad."""

    receipt_id: UUID
    rejects: tuple[LateReject, ...]


async def reject_late(work: UnitOfWork, command: RejectLate) -> CreditNote:
    """Credit the goods: less is owed, or, if it was paid already, the cooperative gives money back.

    Raises
    ------
    NotPermitted, NotFound
        If the caller may not receive for the kitchen, or the receipt is another's.
    NotSigned
        If both sides have not signed yet: then the line is simply weighed anew.
    InvalidField
        With every fault of every line.
    """
    receipt, invoice = await _held(work, command.receipt_id)
    taken = await taken_lines(work.session, invoice.id)
    policy = await read_policy_values(work.session, invoice.region_code)
    require_valid(command.rejects, taken, policy=policy, signed_at=receipt.signed_at or work.now, now=work.now)
    region = await work.session.get_one(Region, invoice.region_code)
    today = local_day(work.now, timezone=region.timezone)
    total_idr = sum(credited_idr(taken[said.receipt_line_id], said.qty) for said in command.rejects)
    require_worth(total_idr)
    note = await _note(work, invoice, today, total_idr)
    work.session.add(note)
    await work.session.flush()
    work.session.add_all(_lines(work, note, command.rejects, taken))
    apply_credit(invoice, total_idr)
    movement = Movement(invoice.cooperative_id, invoice.kitchen_id, total_idr)
    book(work, credit(movement), movement_id=note.id, region_code=note.region_code, booked_on=today)
    after = {
        "number": note.number,
        "invoice_number": invoice.number,
        "total_idr": total_idr,
        "lines": [
            {"item_code": taken[said.receipt_line_id].item.code, "qty": said.qty, "reason": said.reason.value}
            for said in command.rejects
        ],
    }
    work.record("credit_note.issued", "credit_note", note.id, region_code=note.region_code, after=after)
    work.announce(
        EventType.CREDIT_NOTE_ISSUED,
        entity="credit_note",
        entity_id=note.id,
        region_code=note.region_code,
        concerns=(note.cooperative_id, note.kitchen_id),
        facts=after,
    )
    rejected = {said.receipt_line_id for said in command.rejects}
    lines = await receipt_lines(work.session, receipt.id)
    await seek_lost(work, [line.order_line_id for line in lines if line.id in rejected])
    return note


async def _held(work: UnitOfWork, receipt_id: UUID) -> tuple[Receipt, Invoice]:
    """Return a signed receipt of the caller's kitchen and its invoice, held: of two rejects at once one waits."""
    receipt = await receipt_of_kitchen(work, receipt_id)
    found = await invoice_of_receipt(work.session, receipt.id)
    if found is None:
        raise NotSigned("Goods are rejected late once both sides have signed and they are invoiced; weigh them anew.")
    return receipt, await lock_invoice(work.session, found.id)


async def _note(work: UnitOfWork, invoice: Invoice, today: date, total_idr: int) -> CreditNote:
    actor = require_actor(work.actor)
    sequence = await next_number(
        work.session, paper=NumberedPaper.CREDIT_NOTE, cooperative_id=invoice.cooperative_id, year=today.year
    )
    code = (await codes_of(work.session, [invoice.cooperative_id]))[invoice.cooperative_id]
    return CreditNote(
        id=work.new_id(),
        created_at=work.now,
        region_code=invoice.region_code,
        week_start=invoice.week_start,
        number=credit_note_number(cooperative_code=code, year=today.year, sequence=sequence),
        year=today.year,
        sequence=sequence,
        invoice_id=invoice.id,
        cooperative_id=invoice.cooperative_id,
        kitchen_id=invoice.kitchen_id,
        issued_on=today,
        total_idr=total_idr,
        reported_by=actor.user_id,
    )


def _lines(
    work: UnitOfWork, note: CreditNote, rejects: tuple[LateReject, ...], taken: Mapping[UUID, TakenLine]
) -> list[CreditNoteLine]:
    return [
        CreditNoteLine(
            id=work.new_id(),
            created_at=work.now,
            credit_note_id=note.id,
            position=position,
            invoice_line_id=taken[said.receipt_line_id].line.id,
            item_code=taken[said.receipt_line_id].item.code,
            qty=said.qty,
            value_idr=credited_idr(taken[said.receipt_line_id], said.qty),
            reason=said.reason,
            remark=said.remark,
        )
        for position, said in enumerate(rejects, 1)
    ]
