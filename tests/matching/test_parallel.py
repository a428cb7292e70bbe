"""Work shared with a second process comes back whole and in order, and ends when nobody wants it any more."""

import os
import threading
from functools import partial

import pytest

from service.matching.parallel import alongside, begun_in_a_copy, in_halves, in_two_processes

TASKS = range(40)


def squaring(offset):
    return partial(squared, offset)


def squared(offset, number):
    return number * number + offset, os.getpid()


def failing():
    return fails


def fails(number):
    message = f"{number} does not work"
    raise LookupError(message)


def test_results_come_in_the_order_of_the_tasks_wherever_they_were_computed():
    results = list(in_two_processes(squaring, (7,), TASKS))
    assert [number for number, _ in results] == [n * n + 7 for n in TASKS]
    assert os.getpid() in {process for _, process in results}


def test_an_error_of_a_task_comes_out():
    with pytest.raises(LookupError, match="does not work"):
        list(in_two_processes(failing, (), TASKS))


def test_a_cancel_yields_no_more_than_what_is_done():
    assert len(list(in_two_processes(squaring, (7,), TASKS, lambda: True))) < len(TASKS)


def test_what_fails_beside_the_block_comes_out_when_the_block_is_left():
    with pytest.raises(LookupError), alongside(partial(fails, 1)):
        pass


def test_a_copy_works_at_what_is_known_now():
    numbers = [3]
    waiting = begun_in_a_copy(lambda: squared(7, numbers[0]))
    numbers[0] = 4
    number, process = waiting()
    assert number == 16
    assert process != os.getpid()


def test_a_copy_that_fails_leaves_nobody_waiting():
    with pytest.raises(EOFError):
        begun_in_a_copy(partial(fails, 1))()


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_halves_come_back_in_order_and_the_first_from_a_copy(monkeypatch, count):
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    found = in_halves([partial(squared, 7, number) for number in range(count)])
    assert [number for number, _ in found] == [n * n + 7 for n in range(count)]
    assert [process == os.getpid() for _, process in found] == [n >= count // 2 for n in range(count)]


def test_beside_other_threads_nothing_is_copied():
    done = threading.Event()
    with alongside(done.wait):
        found = in_halves([partial(squared, 7, number) for number in range(4)])
        done.set()
    assert {process for _, process in found} == {os.getpid()}
