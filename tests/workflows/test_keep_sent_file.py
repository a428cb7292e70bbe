"""A file that was sent to be tried is kept for an hour, and then it is as if it had never been sent."""

from dataclasses import replace

import pytest

from service.domain.errors import InvalidField
from service.domain.sent_files import KEPT_FOR
from service.workflows.forget_sent_files import forget_sent_files
from service.workflows.keep_sent_file import KeepSentFile, keep_sent_file, sent_file
from tests.factories.delivered_weeks import add_delivered_week


async def test_a_file_is_given_back_for_an_hour_and_then_forgotten(work):
    week = await add_delivered_week(work)
    head = replace(work, actor=week.head)
    file_id = await keep_sent_file(head, KeepSentFile(b"\x00list"))
    assert await sent_file(head, file_id) == b"\x00list"
    with pytest.raises(InvalidField):
        await sent_file(replace(work, actor=week.officer), file_id)
    assert await forget_sent_files(head) == 0
    later = replace(head, now=work.now + KEPT_FOR / 2)
    assert await keep_sent_file(later, KeepSentFile(b"\x00list")) == file_id  # and an hour from now on
    at_the_end = replace(head, now=later.now + KEPT_FOR)
    with pytest.raises(InvalidField) as refusal:
        await sent_file(at_the_end, file_id)
    assert refusal.value.faults[0].code == "not_kept"
    assert await forget_sent_files(at_the_end) == 1
