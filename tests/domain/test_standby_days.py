"""What a move promises counts for its next line, on that day and nowhere else."""

import uuid
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from service.domain.items import ColdChain
from service.domain.organisations import OrganisationKind
from service.domain.standby_days import Carrying, StandbyDays
from tests.factories.items import new_item
from tests.factories.organisations import new_cooperative, new_organisation
from tests.factories.plans import WEEK

DAYS = [WEEK, WEEK + timedelta(days=1)]
KITCHENS = [uuid.UUID(int=number) for number in range(3)]
ITEMS = [new_item("DRY"), new_item("COLD", cold_chain=ColdChain.CHILLED)]
ROOM, CASH_IDR, MOST_DROPS = Carrying(1_000_000, 400_000), 10**6, 2

promises = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(KITCHENS),
        st.sampled_from(DAYS),
        st.sampled_from(ITEMS),
        st.integers(1, 50_000),
        st.integers(0, 9_000),
    ),
    max_size=20,
)


def three_cooperatives() -> tuple[list[uuid.UUID], StandbyDays]:
    members = [new_organisation(OrganisationKind.COOPERATIVE, code=f"C{number}") for number in range(3)]
    ids = [member.id for member in members]
    days = StandbyDays(
        members={member.id: (member, new_cooperative(member)) for member in members},
        closed_dates={},
        documents={},
        left={(key, day): ROOM for key in ids for day in DAYS},
        free_idr=dict.fromkeys(ids, CASH_IDR),
        most_drops=dict.fromkeys(KITCHENS, MOST_DROPS),
        coming={},
    )
    return ids, days


@given(promises)
def test_what_is_promised_is_carried_paid_and_brought_by_a_drop(promised):
    ids, days = three_cooperatives()
    for number, kitchen_id, day, item, qty, cash_idr in promised:
        days.promise(ids[number], kitchen_id=kitchen_id, day=day, item=item, qty=qty, cash_idr=cash_idr)
    for number, key in enumerate(ids):
        for day in DAYS:
            mine = [(item, qty) for who, _, when, item, qty, _ in promised if (who, when) == (number, day)]
            for kitchen_id in KITCHENS:
                there = {who for who, where, when, *_ in promised if (where, when) == (kitchen_id, day)}
                found = days.standby_on(key, kitchen_id=kitchen_id, day=day)
                assert found.handling_g == ROOM.handling_g - sum(qty for _, qty in mine)
                assert found.cold_g == ROOM.cold_g - sum(qty for item, qty in mine if item.code == "COLD")
                assert found.free_idr == CASH_IDR - sum(cash for who, *_, cash in promised if who == number)
                assert found.is_one_drop_too_many == (number not in there and len(there) >= MOST_DROPS)


def test_a_cooperative_is_seen_as_it_is_on_that_day():
    ids, days = three_cooperatives()
    found = days.standby_on(ids[1], kitchen_id=KITCHENS[0], day=WEEK)
    assert (found.organisation, found.cooperative) == days.members[ids[1]]
    assert (found.closed_dates, found.documents, found.is_one_drop_too_many) == (frozenset(), (), False)
