"""Recalls for tests, in memory."""

import uuid

from service.domain.organisations import Organisation
from service.domain.people import User
from service.domain.recalls import Recall, RecallPart, RecallStatus
from tests.factories.deliveries import LEFT_AT


def new_recall(food_officer: User, **changes: object) -> Recall:
    fields = {
        "id": uuid.uuid4(),
        "created_at": LEFT_AT,
        "region_code": food_officer.region_code,
        "status": RecallStatus.OPEN,
        "reason": "Salmonella",
        "lot_code": "L-1",
        "opened_by": food_officer.id,
    }
    return Recall(**{**fields, **changes})


def new_recall_part(recall: Recall, kitchen: Organisation, **changes: object) -> RecallPart:
    fields = {"recall_id": recall.id, "kitchen_id": kitchen.id, "item_code": "RICE-M", "accepted_qty": 40_000}
    return RecallPart(**{**fields, **changes})
