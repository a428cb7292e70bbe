"""The rules of an answer: which lines may be answered how, and what is wrong with an answer that is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from service.domain.errors import AlreadyAnswered, FieldFault, InvalidField
from service.domain.orders import Answer, DeclineReason, OrderLine, OrderLineStatus, require_reason, status_for
from service.domain.plans import ShortageCause
from service.domain.units import BP

LONGEST_REMARK = 400

CAUSES: Mapping[OrderLineStatus, ShortageCause] = {
    OrderLineStatus.ACCEPTED_LESS: ShortageCause.ACCEPTED_LESS,
    OrderLineStatus.DECLINED: ShortageCause.DECLINED,
}
"""What the kitchen is told about goods that an answer gave back."""


@dataclass(frozen=True, slots=True)
class LineAnswer:
    """A cooperative's word on one line: how much it takes (base units) and, if less than all, why."""

    line_id: UUID
    accepted_qty: int
    reason: DeclineReason | None = None
    remark: str | None = None


def require_waiting(
    answers: Sequence[LineAnswer], lines: Mapping[UUID, OrderLine], known: Mapping[UUID, Answer]
) -> None:
    """Refuse to answer lines that do not wait for an answer any more.

    Parameters
    ----------
    lines
        The order's lines by id.
    known
        The answers given so far, by line id.

    Raises
    ------
    AlreadyAnswered
        With the current state of every such line, so that the caller sees what was said and when.
    """
    asked = [lines[answer.line_id] for answer in answers if answer.line_id in lines]
    settled = [line for line in asked if line.status is not OrderLineStatus.AWAITING_ANSWER]
    if settled:
        raise AlreadyAnswered(
            f"{len(settled)} of the {len(answers)} lines do not wait for an answer any more; nothing was changed.",
            lines=[_state(line, known.get(line.id)) for line in settled],
        )


def require_valid(answers: Sequence[LineAnswer], lines: Mapping[UUID, OrderLine], step_qty: Mapping[str, int]) -> None:
    """Refuse answers with faults, naming all faults of all lines at once.

    Parameters
    ----------
    lines
        The order's lines by id.
    step_qty
        For each item code the smallest amount that is ordered, in base units.

    Raises
    ------
    InvalidField
        With one fault per wrong field, such as ``answers.3.accepted_qty``.
    """
    faults = list(_faults(answers, lines, step_qty))
    if faults:
        raise InvalidField(f"{len(faults)} faults in the answers; nothing was changed.", faults=tuple(faults))


def missing_qty(released_qty: int, *, covers_bp: int) -> int:
    """Return what is missing to the demanded item when goods are given back, in whole base units, rounded up."""
    return -(-released_qty * covers_bp // BP)


def _faults(
    answers: Sequence[LineAnswer], lines: Mapping[UUID, OrderLine], step_qty: Mapping[str, int]
) -> Iterator[FieldFault]:
    if not answers:
        yield FieldFault("answers", "missing", "Answer at least one line.")
    seen: set[UUID] = set()
    for index, answer in enumerate(answers):
        line = lines.get(answer.line_id)
        if line is None:
            yield FieldFault(f"answers.{index}.line_id", "unknown_line", "This order has no such line.")
        elif answer.line_id in seen:
            yield FieldFault(f"answers.{index}.line_id", "duplicate", "Answer each line once.")
        else:
            for fault in _line_faults(answer, line, step_qty[line.item_code]):
                yield FieldFault(f"answers.{index}.{fault.field}", fault.code, fault.message)
        seen.add(answer.line_id)


def _line_faults(answer: LineAnswer, line: OrderLine, step_qty: int) -> Iterator[FieldFault]:
    accepted_qty, ordered_qty = answer.accepted_qty, line.ordered_qty
    try:
        status_for(ordered_qty=ordered_qty, accepted_qty=accepted_qty)
        require_reason(ordered_qty=ordered_qty, accepted_qty=accepted_qty, reason=answer.reason)
    except InvalidField as refusal:
        yield from refusal.faults
    if accepted_qty % step_qty and accepted_qty != ordered_qty:
        yield FieldFault("accepted_qty", "not_a_step", f"Accept a multiple of {step_qty}.")
    if accepted_qty == ordered_qty and answer.reason is not None:
        yield FieldFault("reason", "unexpected", "Taking all needs no reason; or should the quantity be less?")
    if answer.remark is not None and len(answer.remark) > LONGEST_REMARK:
        yield FieldFault("remark", "too_long", f"Write at most {LONGEST_REMARK} characters.")


def _state(line: OrderLine, answer: Answer | None) -> dict[str, object]:
    return {
        "line_id": str(line.id),
        "status": line.status.value,
        "ordered_qty": line.ordered_qty,
        "accepted_qty": line.accepted_qty,
        "reason": answer.reason.value if answer and answer.reason else None,
        "answered_at": answer.created_at.isoformat() if answer else None,
        "answered_by": str(answer.answered_by) if answer else None,
    }
