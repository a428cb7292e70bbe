from collections import Counter

from service.demo.calendars import PAST_WEEK_STARTS, cooking_days


def test_the_past_has_four_weeks_of_answered_orders(facts, week):
    items = facts.items_by_code()
    operating = {each.code: each for each in week.cooperatives if each.is_operating}
    per_week = Counter()
    answers = Counter()
    for order in week.past_orders:
        assert [line.position for line in order.lines] == list(range(1, len(order.lines) + 1))
        for line in order.lines:
            per_week[order.week_start] += 1
            assert line.item_code in operating[order.cooperative_code].item_codes
            assert line.needed_date in cooking_days(order.week_start)
            assert line.ordered_qty % items[line.item_code].step_qty == 0
            assert line.accepted_qty % items[line.item_code].step_qty == 0
            assert 0 <= line.accepted_qty <= line.ordered_qty
            assert (line.reason is None) == (line.accepted_qty == line.ordered_qty)
            answers[line.accepted_qty > 0, line.reason is None] += 1
    assert per_week.keys() == set(PAST_WEEK_STARTS)
    assert all(1500 <= lines <= 2500 for lines in per_week.values())
    assert answers.keys() == {(True, True), (True, False), (False, False)}


def test_order_numbers_and_order_lines_are_unique(week):
    numbers = [order.number for order in week.past_orders]
    assert len(set(numbers)) == len(numbers)
    lines = [
        (line.kitchen_code, line.item_code, line.needed_date) for order in week.past_orders for line in order.lines
    ]
    assert len(set(lines)) == len(lines)
