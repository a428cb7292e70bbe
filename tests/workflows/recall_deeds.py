"""Goods called back, accounted for and forgotten again, in a week lived at random."""

import sqlalchemy as sa

from service.database.queries.recalls import parts_of
from service.domain.deliveries import Delivery, DeliveryLine, DeliveryLot
from service.domain.orders import Order
from service.domain.people import Role
from service.domain.recalls import Recall, Remains, Wanted
from service.workflows.clear_recalled import clear_order
from service.workflows.close_recall import CloseRecall, close_recall
from service.workflows.confirm_recall import ConfirmRecall, confirm_recall
from service.workflows.open_recall import OpenRecall, open_recall


class RecallDeeds:
    """Deeds of a town: each returns who does it and what, or nothing if there is nothing to do it with."""

    async def call_back(self):
        """Let the food office call back a lot, or all of its goods that are cooked on that day."""
        lot = await self.one_of(DeliveryLot)
        if lot is None:
            return None
        line = await self.work.session.get_one(DeliveryLine, lot.delivery_line_id)
        note = await self.work.session.get_one(Delivery, line.delivery_id)
        day = {"from_date": note.needed_date, "to_date": note.needed_date}
        asked = (
            Wanted(lot_code=lot.lot_code),
            Wanted(item_code=line.item_code, **day),
            Wanted(delivery_number=note.number),
        )
        wanted = self.chance.choice(asked)
        command = OpenRecall(wanted, "Salmonella")
        return self.food_officer, lambda work: open_recall(work, command)

    async def clear(self):
        """Let the job take off an order what is called back."""
        order_id = (await self.one_of(Order)).id
        return None, lambda work: clear_order(work, order_id)

    async def account(self):
        """Let a kitchen say what has become of its goods."""
        recall = await self.one_of(Recall)
        parts = await parts_of(self.work.session, recall.id) if recall else []
        if not parts:
            return None
        kitchen_id = self.chance.choice(parts).kitchen_id
        said = tuple(self.remains(part) for part in parts if part.kitchen_id == kitchen_id)
        command = ConfirmRecall(recall.id, said)
        return self.actor(Role.KITCHEN_HEAD, kitchen_id), lambda work: confirm_recall(work, command)

    def remains(self, part):
        eaten = self.chance.randint(0, part.accepted_qty)
        stored = self.chance.choice((0, part.accepted_qty - eaten))
        return Remains(part.item_code, eaten, stored, part.accepted_qty - eaten - stored)

    async def end_recall(self):
        recall = await self.work.session.scalar(sa.select(Recall).order_by(Recall.status.desc(), Recall.id))
        if recall is None:
            return None
        command = CloseRecall(recall.id, recall.version)
        return self.food_officer, lambda work: close_recall(work, command)
