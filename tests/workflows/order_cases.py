"""What may be done with an order, its week and its papers, whatever stage it is at."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from service.domain.answers import LineAnswer
from service.domain.orders import DeclineReason, OrderLine
from service.domain.price_proposals import PriceProposal, Proposal
from service.domain.withdrawals import Withdrawal, WithdrawalReason
from service.workflows import clear_recalled, clear_suspended
from service.workflows.answer_order import AnswerOrder, answer_order
from service.workflows.decide_price import DecidePrice, decide_price
from service.workflows.expire_answers import ExpireOrder, expire_order
from service.workflows.move_fallen_lines import MoveFallenLines, move_settled_lines
from service.workflows.move_lines_by_hand import move_lines_by_hand
from service.workflows.prepare_deliveries import PrepareDeliveries, prepare_deliveries
from service.workflows.propose_price import ProposePrice, propose_price
from service.workflows.undo_answers import UndoAnswers, undo_answers
from service.workflows.withdraw_lines import WithdrawLines, withdraw_lines
from tests.workflows.interleavings import Deed
from tests.workflows.paper_cases import PaperCase


@dataclass
class Case(PaperCase):
    """A week, an order of it if there is one, all that came of it, and what is done with them."""

    lines: list[OrderLine] = field(default_factory=list)
    proposal: PriceProposal | None = None

    def answer(self) -> Deed:
        said = tuple(LineAnswer(line.id, line.ordered_qty) for line in self.lines)
        return self.officer, lambda work: answer_order(work, AnswerOrder(self.order.id, said))

    def decline_one(self) -> Deed:
        said = (LineAnswer(self.lines[1].id, 1000, DeclineReason.NO_CASH),)
        return self.officer, lambda work: answer_order(work, AnswerOrder(self.order.id, said))

    def expire(self) -> Deed:
        late = self.order.respond_by_at + timedelta(minutes=1)
        return None, lambda work: expire_order(replace(work, now=late), ExpireOrder(self.order.id))

    def undo(self) -> Deed:
        return self.officer, lambda work: undo_answers(work, UndoAnswers(self.order.id))

    def move(self) -> Deed:
        command = MoveFallenLines(self.order.id, tuple(line.id for line in self.lines))
        return None, lambda work: move_settled_lines(work, command)

    def move_by_hand(self) -> Deed:
        command = MoveFallenLines(self.order.id, tuple(line.id for line in self.lines))
        return self.operator, lambda work: move_lines_by_hand(work, command)

    def propose(self) -> Deed:
        said = (Proposal(self.lines[1].id, self.lines[1].price_idr + 500, "harvest"),)
        return self.officer, lambda work: propose_price(work, ProposePrice(self.order.id, said))

    def decide(self, *, is_approved: bool = True) -> Deed:
        command = DecidePrice(self.proposal.id, self.proposal.version, is_approved)
        return self.head, lambda work: decide_price(work, command)

    def withdraw(self) -> Deed:
        said = (Withdrawal(self.lines[1].id, 1000, WithdrawalReason.CROP_FAILED),)
        command = WithdrawLines(self.order.id, self.order.version, said)
        return self.officer, lambda work: withdraw_lines(work, command)

    def suspend(self) -> Deed:
        return None, lambda work: clear_suspended.clear_order(work, self.order.id, self.order.cooperative_id)

    def clear_recalled(self) -> Deed:
        return None, lambda work: clear_recalled.clear_order(work, self.order.id)

    def prepare(self) -> Deed:
        return None, lambda work: prepare_deliveries(work, PrepareDeliveries(self.order.id))


NEEDS = {
    "week": (Case.publish, Case.discard, Case.correct, Case.withdraw_demand),
    "offer": (Case.withdraw_offer, Case.offer_less, Case.call_back),
    "stock": (Case.withdraw_stock, Case.stock_less),
    "repair": (Case.publish_repair,),
    "order": (
        Case.answer,
        Case.decline_one,
        Case.expire,
        Case.undo,
        Case.move,
        Case.move_by_hand,
        Case.withdraw,
        Case.suspend,
        Case.clear_recalled,
        Case.prepare,
        Case.propose,
    ),
    "proposal": (Case.decide,),
    "purchase": (Case.sell, Case.sell_less, Case.expire_purchase, Case.pay_for_packs),
    "paid_for_packs": (Case.reverse_packs,),
    "note": (Case.dispatch_all, Case.dispatch_less, Case.receive, Case.weigh_less),
    "weighed": (Case.sign, Case.countersign, Case.take_back, Case.reject),
    "invoice": (Case.pay, Case.refund),
    "payment": (Case.reverse,),
    "refunded": (Case.reverse_refund,),
}
"""What must be there for a deed to name it."""


def deeds_of(case: Case) -> list[Callable[[Case], Deed]]:
    """Return all that can be tried with what there is of a week, also what is refused."""
    return [deed for there, deeds in NEEDS.items() if getattr(case, there) for deed in deeds]
