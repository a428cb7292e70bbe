"""New keys sort by the time they were made."""

import time
import uuid

import pytest

from service.database.identifiers import new_id


def test_an_id_of_a_later_millisecond_sorts_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time_ns", lambda: 1_764_000_000_000_000_000)
    earlier = [new_id() for _ in range(100)]
    monkeypatch.setattr(time, "time_ns", lambda: 1_764_000_000_001_000_000)
    later = [new_id() for _ in range(100)]
    assert max(earlier) < min(later)
    assert len(set(earlier)) == 100


def test_an_id_is_a_uuid_of_version_7() -> None:
    made = new_id()
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert abs((made.int >> 80) - time.time_ns() // 1_000_000) < 1000
