"""The chain of the audit trail: whatever is changed, removed, slipped in or moved, the first such entry is named."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.audit_chain import GENESIS, AuditHead, ChainWalk, Link, link_from, seal
from service.domain.audits import AuditEntry
from service.domain.errors import InvalidField

NOON = datetime(2026, 11, 28, 5, tzinfo=UTC)


def new_entry(number: int, **changes) -> AuditEntry:
    values = {
        "id": uuid.UUID(int=number),
        "at": NOON + timedelta(seconds=number),
        "action": "order.answered",
        "entity": "purchase_order",
        "entity_id": str(number),
        "before": {"status": "sent"},
        "after": {"status": "answered", "qty": number},
    }
    return AuditEntry(**values | changes)


def chained(count: int) -> tuple[list[AuditEntry], Link]:
    entries, head = [new_entry(number) for number in range(count)], AuditHead()
    assert seal(entries, head, now=NOON + timedelta(minutes=5)) == count
    return entries, Link(head.sequence, head.sha256)


def walked(entries, head, anchor=None):
    walk = ChainWalk(anchor)
    for entry in entries:
        if not walk.step(entry):
            break
    return walk.end(head)


@given(count=st.integers(0, 12), batch=st.integers(1, 5))
def test_a_chain_holds_however_its_entries_were_taken_together(count, batch):
    head, entries = AuditHead(), [new_entry(number) for number in range(count)]
    for start in range(0, count, batch):
        seal(entries[start : start + batch], head, now=NOON + timedelta(minutes=5))
    report = walked(entries, Link(head.sequence, head.sha256))
    assert (report.broken, report.head.sequence, report.backdated) == (None, count, 0)


CHANGES = {
    "at": NOON,
    "action": "order.declined",
    "entity": "order",
    "entity_id": "other",
    "before": None,
    "after": {"status": "answered", "qty": 10**9},
    "actor_user_id": uuid.UUID(int=7),
    "actor_organisation_id": uuid.UUID(int=7),
    "region_code": "32.71",
    "correlation_id": "other",
    "sealed_at": NOON,
    "id": uuid.UUID(int=99),
}


@given(data=st.data(), count=st.integers(1, 8))
@pytest.mark.parametrize("field", CHANGES)
def test_a_changed_field_is_named_where_it_was_changed(field, data, count):
    entries, head = chained(count)
    victim = data.draw(st.integers(0, count - 1))
    if getattr(entries[victim], field) == CHANGES[field]:
        return
    setattr(entries[victim], field, CHANGES[field])
    assert walked(entries, head).broken.sequence == victim + 1


@given(data=st.data(), count=st.integers(1, 8))
def test_a_removed_entry_is_named_the_last_one_too(data, count):
    entries, head = chained(count)
    victim = data.draw(st.integers(0, count - 1))
    del entries[victim]
    assert walked(entries, head).broken.sequence == victim + 1


@given(data=st.data(), count=st.integers(2, 8))
def test_entries_that_changed_places_are_named_at_the_first(data, count):
    entries, head = chained(count)
    first, second = sorted(data.draw(st.lists(st.integers(0, count - 1), min_size=2, max_size=2, unique=True)))
    entries[first].sequence, entries[second].sequence = entries[second].sequence, entries[first].sequence
    entries.sort(key=lambda entry: entry.sequence or 0)
    assert walked(entries, head).broken.sequence == first + 1


@given(data=st.data(), count=st.integers(1, 8))
def test_an_entry_slipped_in_between_is_named(data, count):
    entries, head = chained(count)
    place = data.draw(st.integers(0, count))
    for entry in entries[place:]:
        entry.sequence = (entry.sequence or 0) + 1
    forged = new_entry(50, sequence=place + 1, sha256="f" * 64, sealed_at=NOON)
    assert walked([*entries[:place], forged, *entries[place:]], head).broken.sequence == place + 1


def test_an_entry_that_claims_to_be_old_but_was_sealed_late_is_suspicious():
    entries, _ = chained(3)
    head = AuditHead(sequence=3, sha256=entries[-1].sha256)
    late = new_entry(60, at=NOON - timedelta(days=3))
    seal([late], head, now=NOON + timedelta(hours=1))
    report = walked([*entries, late], Link(head.sequence, head.sha256))
    assert (report.broken, report.backdated, report.first_backdated) == (None, 1, str(late.id))


def test_a_chain_made_anew_from_its_beginning_is_found_by_a_link_that_was_written_down():
    _, written_down = chained(4)
    forged, head = [new_entry(number, action="nothing.happened") for number in range(6)], AuditHead()
    seal(forged, head, now=NOON + timedelta(minutes=5))
    anew = Link(head.sequence, head.sha256)
    assert walked(forged, anew).broken is None
    assert walked(forged, anew, written_down).broken.sequence == 4
    assert walked(forged[:0], Link(0, GENESIS), written_down).broken.sequence == 1


def test_a_written_link_is_read_again_and_anything_else_refused():
    _, link = chained(2)
    assert link_from(str(link)) == link
    for words in ("", "12", "x:" + GENESIS, "12:abc"):
        with pytest.raises(InvalidField):
            link_from(words)
