"""People of a small town who act at random on whatever they find: duplicates, crashes, clock jumps.

After every step nothing is promised twice, accepted lines never move, quantities are conserved from demand to order to
note to receipt to invoice, and both sides' books say what is owed.
"""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import sqlalchemy as sa

from service.domain.answers import LineAnswer
from service.domain.deliveries import Delivery, DeliveryLine, RestFate
from service.domain.errors import DomainError
from service.domain.loads import LineLoad, Lot
from service.domain.orders import (
    HOLDING_STATUSES,
    DeclineReason,
    Order,
    OrderLine,
    OrderLineStatus,
    PackReservation,
    live_qty,
)
from service.domain.people import Role
from service.domain.permissions import Actor
from service.domain.purchases import (
    CutReason,
    OutletMovement,
    PackAnswer,
    Purchase,
    PurchaseLine,
    held_packs,
)
from service.domain.receipts import Receipt, RejectReason
from service.domain.weighings import Weighing
from service.domain.withdrawals import LineWithdrawal, Withdrawal, WithdrawalReason
from service.workflows.answer_order import AnswerOrder, answer_order
from service.workflows.answer_purchase import AnswerPurchase, answer_purchase
from service.workflows.dispatch_delivery import DispatchDelivery, dispatch_delivery
from service.workflows.expire_answers import ExpireOrder, expire_order
from service.workflows.expire_purchases import expire_purchase
from service.workflows.prepare_deliveries import PrepareDeliveries, prepare_deliveries
from service.workflows.receive_delivery import ReceiveDelivery, receive_delivery
from service.workflows.sign_receipt import SignReceipt, sign_receipt
from service.workflows.take_back_signature import TakeBackSignature, take_back_signature
from service.workflows.withdraw_lines import WithdrawLines, withdraw_lines
from tests.workflows.books import IS_ANY_BROKEN_AGAIN, broken_rules
from tests.workflows.change_deeds import ChangeDeeds
from tests.workflows.money_deeds import MoneyDeeds
from tests.workflows.recall_deeds import RecallDeeds
from tests.workflows.repair_deeds import RepairDeeds
from tests.workflows.worker_deeds import WorkerDeeds

BEGIN = datetime(2026, 11, 27, 3, tzinfo=UTC)
"""The week is published right after its cut-off, with a day in which kitchens may still correct it."""
CRASH = 0.15
TWICE = 0.2
SILENT = 0.3
AGAIN = 0.05
"""How often a line is answered that has its answer; all that is said with it is refused."""


class Crash(Exception):
    """The process died before the commit."""


DEEDS = (
    "wait", "answer", "expire", "sell", "withdraw", "prepare", "dispatch", "receive", "sign", "take_back",
    "undo", "propose", "decide", "correct", "move", "remind", "suspend", "ask_for_repair", "repair", "publish",
    "call_back", "clear", "account", "end_recall",
    "pay", "pay_for_packs", "reject_late", "reverse", "refund",
    "ring", "do_jobs",
)  # fmt: skip
MORE_OFTEN = ("answer", "sell", "prepare", "dispatch", "receive", "sign", *4 * ("do_jobs",))
"""Without which a week comes to little; a worker that is at work does what is due at once."""


class Town(ChangeDeeds, MoneyDeeds, RecallDeeds, RepairDeeds, WorkerDeeds):
    """A published week and people who act at random on whatever they find."""

    def __init__(self, work, clock, actors, chance):
        self.work, self.clock, self.actors, self.chance = work, clock, actors, chance
        self.operator, self.food_officer = (
            next(actor for (role, _), actor in actors.items() if role is wanted)
            for wanted in (Role.CITY_OPERATOR, Role.FOOD_OFFICER)
        )
        self.accepted: dict = {}
        self.undone: set = set()
        self.of_suspended: set = set()
        self.outcomes: Counter[str] = Counter()
        self.done: set[str] = set()
        self.is_changed = True

    async def one_of(self, kind):
        rows = sorted(await self.work.session.scalars(sa.select(kind)), key=lambda row: str(row.id))
        return self.chance.choice(rows) if rows else None

    async def lines_of(self, kind, name, thing):
        query = sa.select(kind).where(getattr(kind, name) == thing.id).order_by(kind.position)
        return list(await self.work.session.scalars(query))

    def actor(self, role: Role, organisation_id) -> Actor:
        return self.actors[role, organisation_id]

    async def wait(self):
        """Let time pass."""
        self.clock.advance(hours=self.chance.choice((1, 4, 24)))
        self.work = replace(self.work, now=self.clock())
        self.done.add("wait")

    async def answer(self):
        order = await self.one_of(Order)
        said = []
        for line in await self.lines_of(OrderLine, "order_id", order):
            if self.chance.random() < (0.6 if line.status is OrderLineStatus.AWAITING_ANSWER else AGAIN):
                step = 1000
                qty = self.chance.choice((line.ordered_qty, line.ordered_qty, line.ordered_qty - step, 0))
                reason = None if qty == line.ordered_qty else self.chance.choice(list(DeclineReason))
                said.append(LineAnswer(line.id, qty, reason))
        actor = self.actor(Role.COOP_OFFICER, order.cooperative_id)
        command = AnswerOrder(order.id, tuple(said))
        return actor, lambda work: answer_order(work, command)

    async def withdraw(self):
        order = await self.one_of(Order)
        said = []
        for line in await self.lines_of(OrderLine, "order_id", order):
            if line.status in HOLDING_STATUSES and self.chance.random() < SILENT:
                qty = self.chance.choice((live_qty(line), 1000))
                said.append(Withdrawal(line.id, qty, WithdrawalReason.CROP_FAILED))
        command = WithdrawLines(order.id, order.version, tuple(said))
        return self.actor(Role.COOP_OFFICER, order.cooperative_id), lambda work: withdraw_lines(work, command)

    async def expire(self):
        command = ExpireOrder((await self.one_of(Order)).id)
        return None, lambda work: expire_order(work, command)

    async def sell(self):
        """Let a wholesaler sell all, less or nothing of some lines, or stay silent."""
        purchase = await self.one_of(Purchase)
        if purchase is None:
            return None
        if self.chance.random() < SILENT:
            purchase_id = purchase.id
            return None, lambda work: expire_purchase(work, purchase_id)
        query = sa.select(PurchaseLine).where(PurchaseLine.purchase_id == purchase.id).order_by(PurchaseLine.item_code)
        said = []
        for line in await self.work.session.scalars(query):
            if self.chance.random() > (0.8 if line.confirmed_packs is None else AGAIN):
                continue
            packs = self.chance.choice((line.ordered_packs, line.ordered_packs, line.ordered_packs // 2, 0))
            said.append(PackAnswer(line.id, packs, CutReason.DAMAGED if packs < line.ordered_packs else None))
        command = AnswerPurchase(purchase.id, tuple(said))
        return self.actor(Role.WHOLESALER, purchase.wholesaler_id), lambda work: answer_purchase(work, command)

    async def prepare(self):
        command = PrepareDeliveries((await self.one_of(Order)).id)
        return None, lambda work: prepare_deliveries(work, command)

    async def dispatch(self):
        note = await self.one_of(Delivery)
        if note is None:
            return None
        loads = tuple(self.load(line) for line in await self.lines_of(DeliveryLine, "delivery_id", note))
        command = DispatchDelivery(note.id, loads, expected_version=note.version)
        return self.actor(Role.COOP_OFFICER, note.cooperative_id), lambda work: dispatch_delivery(work, command)

    def load(self, line):
        shipped = self.chance.choice((line.planned_qty, line.planned_qty, line.planned_qty // 2, 0))
        cut = self.chance.randint(1, shipped) if shipped else 0
        lots = tuple(Lot(qty, f"L-{qty}", "Tani") for qty in (cut, shipped - cut) if qty)
        if shipped == line.planned_qty:
            return LineLoad(line.id, lots)
        return LineLoad(line.id, lots, self.chance.choice(list(RestFate)), "truck full")

    async def receive(self):
        note = await self.one_of(Delivery)
        if note is None:
            return None
        lines = [line for line in await self.lines_of(DeliveryLine, "delivery_id", note) if line.shipped_qty]
        chosen = [self.weighed(line) for line in lines if self.chance.random() < 0.8]
        command = ReceiveDelivery(note.id, tuple(chosen))
        return self.actor(Role.KITCHEN_HEAD, note.kitchen_id), lambda work: receive_delivery(work, command)

    def weighed(self, line):
        received = line.shipped_qty - self.chance.choice((0, 0, line.shipped_qty // 200, line.shipped_qty // 3))
        rejected = self.chance.choice((0, 0, received // 4))
        is_whole = not rejected and line.shipped_qty - received <= line.shipped_qty // 100
        return Weighing(line.id, received, rejected, None if is_whole else RejectReason.DAMAGED)

    async def sign(self):
        receipt = await self.one_of(Receipt)
        if receipt is None:
            return None
        command = SignReceipt(receipt.id)
        return self.signer(receipt), lambda work: sign_receipt(work, command)

    async def take_back(self):
        receipt = await self.one_of(Receipt)
        if receipt is None:
            return None
        command = TakeBackSignature(receipt.id)
        return self.signer(receipt), lambda work: take_back_signature(work, command)

    def signer(self, receipt) -> Actor:
        sides = ((Role.KITCHEN_HEAD, receipt.kitchen_id), (Role.COOP_OFFICER, receipt.cooperative_id))
        return self.actor(*self.chance.choice(sides))

    async def act(self, name: str | None = None):
        """Let somebody do something, perhaps twice, perhaps crashing before the commit."""
        name = name or self.chance.choice(DEEDS + MORE_OFTEN)
        deed = await getattr(self, name)()
        if deed is None:
            return
        actor, do = deed
        for _ in range(1 + (self.chance.random() > 1 - TWICE)):
            came = await self.attempt(actor, do)
            self.outcomes[came] += 1
            if came == "done":
                self.done.add(name)
                self.is_changed = True

    async def attempt(self, actor, do):
        try:
            async with self.work.session.begin_nested():
                await do(replace(self.work, actor=actor))
                await self.work.session.flush()
                self.perhaps_crash()
        except Crash:
            self.work.session.expire_all()
            return "crashed"
        except DomainError as refusal:
            self.work.session.expire_all()
            return refusal.code
        return "done"

    def perhaps_crash(self):
        if self.chance.random() > 1 - CRASH:  # the simple course of things, to which a week is made short, has none
            raise Crash

    async def look_again(self):
        """Examine the books, unless all since the last time was refused or crashed and left nothing."""
        if self.is_changed:
            await self.require_right()

    async def require_right(self):
        self.is_changed = False
        found = await broken_rules(self.work.session, IS_ANY_BROKEN_AGAIN)
        assert found == [], found
        cut = await require_packs_conserved(self.work.session)
        withdrawn = set(await self.work.session.scalars(sa.select(LineWithdrawal.order_line_id)))
        for line in await self.work.session.scalars(sa.select(OrderLine)):
            is_fixed = line.id not in withdrawn | self.undone and (line.order_id, line.stock_id) not in cut
            if line.id in self.accepted and is_fixed:
                assert (line.status, line.accepted_qty) == self.accepted[line.id], "an accepted line moved"
            if line.status in HOLDING_STATUSES:
                self.accepted[line.id] = (line.status, line.accepted_qty)
            elif line.id in self.undone:
                self.accepted.pop(line.id, None)
        self.undone.clear()


async def require_packs_conserved(session):
    """Confirmed packs are what lines need and what is left over, and are all reserved; return what was cut."""
    rows = list(await session.execute(sa.select(Purchase, PurchaseLine).where(PurchaseLine.purchase_id == Purchase.id)))
    reserved = {(row.order_id, row.stock_id): row.packs for row in await session.scalars(sa.select(PackReservation))}
    lines = list(await session.scalars(sa.select(OrderLine)))
    left = Counter()
    for movement in await session.scalars(sa.select(OutletMovement)):
        left[movement.purchase_line_id] += movement.qty
    for purchase, line in rows:
        assert reserved[purchase.order_id, line.stock_id] == held_packs(line)
        needed = sum(
            live_qty(one) for one in lines if (one.order_id, one.stock_id) == (purchase.order_id, line.stock_id)
        )
        if line.confirmed_packs is not None:
            assert line.confirmed_packs * line.pack_qty == needed + left[line.id]
    return {(purchase.order_id, line.stock_id) for purchase, line in rows if line.reason}
