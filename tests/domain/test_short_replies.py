"""What short replies mean."""

import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.answer_links import LINK_PATH, READ_FOR, AnswerLink, is_over, link_of, token_of, without_tokens
from service.domain.orders import DeclineReason, OrderStatus
from service.domain.publishing import order_number
from service.domain.short_replies import (
    ReplyKind,
    ShortReply,
    answer_of,
    code_of,
    is_waiting,
    named_order,
    reason_for,
    taken_qty,
    understood,
    week_of_code,
)
from service.domain.units import Unit
from tests.factories.orders import new_order, new_order_line

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def a_line(ordered_qty: int = 40_000):
    order = new_order(plan_id=None, cooperative_id=uuid.uuid4(), region_code="32.71", number="PO-1")
    return new_order_line(order, kitchen_id=uuid.uuid4(), ordered_qty=ordered_qty)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("T 12", ShortReply(ReplyKind.TAKE, 12)),
        (" t12 ", ShortReply(ReplyKind.TAKE, 12)),
        ("T 12 50", ShortReply(ReplyKind.TAKE, 12, Decimal(50))),
        ("t 12  12,5 KG", ShortReply(ReplyKind.TAKE, 12, Decimal("12.5"), "KG")),
        ("X 3 mobil rusak", ShortReply(ReplyKind.DECLINE, 3, reason="mobil rusak")),
        ("x 3", ShortReply(ReplyKind.DECLINE, 3)),
        ("T 49B 12", ShortReply(ReplyKind.TAKE, 12, code="49B")),
        ("t49b12", ShortReply(ReplyKind.TAKE, 12, code="49B")),
        ("T 09b 12 12,5 kg", ShortReply(ReplyKind.TAKE, 12, Decimal("12.5"), "kg", code="9B")),
        ("Sanggup 1AA 2 50", ShortReply(ReplyKind.TAKE, 2, Decimal(50), code="1AA")),
        ("TOLAK 49b 3 mobil rusak", ShortReply(ReplyKind.DECLINE, 3, reason="mobil rusak", code="49B")),
        ("X 3 2kg saja", ShortReply(ReplyKind.DECLINE, 3, reason="2kg saja")),
        ("T 2 5kg", ShortReply(ReplyKind.TAKE, 2, Decimal(5), "kg")),
        ("?", ShortReply(ReplyKind.HELP)),
        ("Terima kasih ya", ShortReply(ReplyKind.HELP)),
        ("T 12 50 60", ShortReply(ReplyKind.HELP)),
        ("T 99999", ShortReply(ReplyKind.HELP)),
        ("T 49B", ShortReply(ReplyKind.HELP)),
        ("T ١٢ x", ShortReply(ReplyKind.HELP)),
    ],
)
def test_what_people_type_is_understood_or_a_call_for_help(text, meant):
    assert understood(text) == meant


def numbered(again: int, **changes):
    """The ``again``-th order of cooperative C000 in a week."""
    first = "PO-3271-2026W49-C000"
    fields = {"number": first if again == 1 else f"{first}-{again}", "week_start": date(2026, 11, 30)}
    return new_order(**{**fields, **changes})


@pytest.mark.parametrize(("again", "code"), [(1, "49A"), (2, "49B"), (9, "49J"), (24, "49Z"), (25, "49AA")])
def test_a_code_is_the_week_and_a_letter_for_each_order_of_it(again, code):
    assert code_of(numbered(again), "C000") == code


@given(st.lists(st.integers(1, 600), min_size=1, max_size=5, unique=True), st.sampled_from(["C000", "K-1-2", "K-1"]))
def test_a_code_that_is_typed_means_the_order_that_showed_it(places, cooperative):
    week = date(2027, 1, 4)
    first = order_number(region_code="32.71", week_start=week, cooperative_code=cooperative)
    orders = [numbered(1, number=f"{first}-{n}" if n > 1 else first, week_start=week) for n in places]
    for order in orders:
        said = understood(f"t {code_of(order, cooperative).lower()} 7")
        assert (said.kind, said.position) == (ReplyKind.TAKE, 7)
        assert week_of_code(said.code) == 1
        assert named_order(orders, said.code, cooperative) is order


def test_of_two_years_the_later_is_meant_and_of_two_alike_none():
    old, new = numbered(1, week_start=date(2025, 12, 1), number="PO-3271-2025W49-C000"), numbered(1)
    assert named_order([old, new], "49A", "C000") is new
    assert named_order([old, new], "49B", "C000") is None
    assert named_order([numbered(1, number="PO-1"), new], "49A", "C000") is None


@given(st.text(max_size=200))
def test_nothing_that_people_type_breaks_it(text):
    said = understood(text)
    qty = taken_qty(said, a_line(), Unit.GRAM)
    assert qty is None or qty >= 0


@pytest.mark.parametrize(
    ("text", "unit", "ordered_qty", "qty"),
    [
        ("T 1", Unit.GRAM, 40_000, 40_000),
        ("T 1 30", Unit.GRAM, 40_000, 30_000),
        ("T 1 500", Unit.GRAM, 1_500, 500),
        ("T 1 12,5 kg", Unit.GRAM, 40_000, 12_500),
        ("T 1 2 kuintal", Unit.GRAM, 400_000, 200_000),
        ("T 1 3", Unit.MILLILITRE, 12_000, 3_000),
        ("T 1 250 butir", Unit.PIECE, 300, 250),
        ("T 1 2 karung", Unit.GRAM, 40_000, None),
        ("T 1 2,5", Unit.PIECE, 300, None),
        ("X 1", Unit.GRAM, 40_000, 0),
    ],
)
def test_a_number_means_the_unit_in_which_the_line_was_told(text, unit, ordered_qty, qty):
    assert taken_qty(understood(text), a_line(ordered_qty), unit) == qty


def test_an_order_takes_answers_while_it_is_sent_and_its_time_is_not_over():
    order = new_order(plan_id=None, cooperative_id=uuid.uuid4(), region_code="32.71", number="PO-1", respond_by_at=NOW)
    assert is_waiting(order, NOW - timedelta(seconds=1))
    assert not is_waiting(order, NOW)
    order.status = OrderStatus.ANSWERED
    assert not is_waiting(order, NOW - timedelta(seconds=1))
    order.status, order.respond_by_at = OrderStatus.SENT, None
    assert not is_waiting(order, NOW)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("stok habis", DeclineReason.NOT_ENOUGH_GOODS),
        ("Mobil mogok", DeclineReason.NO_TRANSPORT),
        ("kamar dingin kosong", DeclineReason.NO_COLD_ROOM),
        ("", DeclineReason.OTHER),
        ("hujan", DeclineReason.OTHER),
    ],
)
def test_words_tell_the_reason(words, reason):
    assert reason_for(words) is reason


def test_less_is_for_want_of_goods_and_a_decline_keeps_its_words():
    line = a_line()
    assert answer_of(understood("T 1"), line, 40_000).reason is None
    assert answer_of(understood("T 1 30"), line, 30_000).reason is DeclineReason.NOT_ENOUGH_GOODS
    declined = answer_of(understood("X 1 mobil mogok"), line, 0)
    assert (declined.reason, declined.remark) == (DeclineReason.NO_TRANSPORT, "mobil mogok")


@given(st.uuids(), st.uuids(), st.one_of(st.none(), st.uuids(version=4)))
def test_a_link_is_read_as_it_was_made(user_id, order_id, line_id):
    link = AnswerLink(user_id, order_id, line_id, NOW)
    token = token_of(link, "secret")
    assert link_of(token, "secret", NOW - timedelta(seconds=1)) == link
    assert link_of(token, "secret", NOW) == link
    assert not is_over(link, NOW - timedelta(seconds=1))
    assert is_over(link, NOW)
    assert link_of(token, "secret", NOW + READ_FOR) is None
    assert link_of(token, "other", NOW - timedelta(seconds=1)) is None


@given(st.integers(0, 98), st.sampled_from("AbC-_9"))
def test_a_link_that_was_touched_is_none(place, letter):
    link = AnswerLink(uuid.UUID(int=1), uuid.UUID(int=2), None, NOW)
    token = token_of(link, "secret")
    touched = token[:place] + letter + token[place + 1 :]
    read = link_of(touched, "secret", NOW - timedelta(days=1))
    assert read is None or read == link


@given(st.text(max_size=120))
def test_any_other_text_is_no_link(text):
    assert link_of(text, "secret", NOW) is None


@given(st.uuids(), st.uuids())
def test_a_text_that_is_read_elsewhere_holds_no_link_that_opens(user_id, order_id):
    token = token_of(AnswerLink(user_id, order_id, None, NOW), "secret")
    told = without_tokens(f"Sanggup semua? Tekan: https://pasok.example/api/v1{LINK_PATH}{token}\nTerima kasih.")
    assert told == f"Sanggup semua? Tekan: https://pasok.example/api/v1{LINK_PATH}…\nTerima kasih."
