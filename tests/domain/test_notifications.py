"""What people hear of, and what becomes of a message."""

import uuid
from datetime import UTC, datetime, timedelta
from string import Formatter

from service.domain.contacts import Channel
from service.domain.events import EventType
from service.domain.notifications import (
    LONGEST_TEXT,
    MOST_ATTEMPTS,
    NOTICES,
    NoticeKind,
    Notification,
    NotificationStatus,
    note_failed,
)
from service.domain.orders import DeclineReason
from service.domain.purchases import CutReason
from service.domain.withdrawals import WithdrawalReason
from service.notifications.causes import FALLS, SOME_FALL, cause_of_fall
from service.notifications.texts import TEXTS, listing, text_of

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def waiting(**changes: object) -> Notification:
    fields = {
        "id": uuid.uuid4(),
        "created_at": NOW,
        "region_code": "32.71",
        "event_id": uuid.uuid4(),
        "user_id": uuid.uuid4(),
        "channel": Channel.PHONE,
        "kind": NoticeKind.RECALL,
        "subject": "s",
        "text": "t",
        "status": NotificationStatus.WAITING,
        "send_at": NOW,
        "attempts": 1,
    }
    return Notification(**{**fields, **changes})


def test_every_kind_has_its_words_and_they_are_whole_without_any_fact():
    assert set(TEXTS) == set(NoticeKind)
    for kind in NoticeKind:
        subject, text = text_of(kind, {})
        assert subject
        assert text
        names = {name for part in TEXTS[kind] for _, name, _, _ in Formatter().parse(part) if name}
        filled = text_of(kind, {name: f"<{name}>" for name in names})
        assert all(f"<{name}>" in "".join(filled) for name in names)


def test_how_to_answer_still_stands_below_a_list_that_is_too_long():
    facts = {"number": "PO-1", "listing": "x" * 2 * LONGEST_TEXT, "reply": "Balas: T 1", "link": "\nTekan: https://x"}
    _, text = text_of(NoticeKind.NEW_ORDER, facts)
    assert len(text) == LONGEST_TEXT
    assert "x…\nMohon dijawab" in text
    assert text.endswith("Balas: T 1\nTekan: https://x")


def test_every_reason_for_which_a_line_falls_has_its_words():
    """``other`` says no more than that the goods do not come, and what a kitchen does not need does not fall."""
    own = {*DeclineReason, *WithdrawalReason} - {DeclineReason.OTHER, WithdrawalReason.NOT_NEEDED}
    assert set(FALLS) == {*map(str, own), *(f"wholesaler_{reason.value}" for reason in CutReason), "expired"}
    assert cause_of_fall("other") == cause_of_fall(None) == SOME_FALL


def test_people_hear_of_events_that_exist():
    assert set(NOTICES) <= {event_type.value for event_type in EventType}


def test_long_orders_are_cut():
    assert listing([str(number) for number in range(30)]).endswith("24\n... dan 5 baris lagi")


def test_a_message_is_tried_later_until_it_is_given_up_or_too_old():
    message = waiting()
    note_failed(message, NOW, error="busy", is_final=False, chance=1.0)
    assert (message.status, message.send_at - NOW) == ("waiting", timedelta(minutes=1))
    for hopeless in (
        {"is_final": True},
        {"attempts": MOST_ATTEMPTS},
        {"created_at": NOW - timedelta(days=2)},
    ):
        is_final = bool(hopeless.pop("is_final", False))
        message = waiting(**hopeless)
        note_failed(message, NOW, error="busy", is_final=is_final, chance=0.0)
        assert message.status == "failed"
