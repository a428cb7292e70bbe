"""Habits: named distributions whose draws depend on the seed and on what they are about, and on nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from service.simulation.behaviours import Behaviours, Chance, Draws, Share, Wait

SEEDS, NAMES = st.integers(0, 10**6), st.text(min_size=1, max_size=20)
HALF = Chance("half", 0.5)


@given(SEEDS, NAMES)
def test_a_draw_about_the_same_thing_is_the_same_whatever_was_drawn_between(seed, about):
    draws = Draws(seed)
    first = HALF.happens(draws, about)
    draws.of("something else", about).random()
    assert HALF.happens(Draws(seed), about) is first


@given(SEEDS, st.integers(1, 10**7), st.integers(1, 1000), st.floats(0.2, 9), st.floats(0.2, 9))
def test_a_part_is_whole_steps_and_less_than_all(seed, whole, step, alpha, beta):
    part = Share("part", alpha, beta).part(Draws(seed), whole, step, "line")
    assert 0 <= part < whole
    assert part % step == 0


@given(SEEDS, NAMES)
def test_a_wait_is_within_its_bounds(seed, about):
    assert 1 <= Wait("wait", 1, 2, 5).drawn(Draws(seed), about) <= 5


def test_chances_come_out_as_often_as_they_say():
    """Of 2,000 draws with 30 % between 540 and 660: four standard deviations."""
    happened = sum(Chance("often", 0.3).happens(Draws(1), number) for number in range(2_000))
    assert 540 < happened < 660


def test_what_never_or_always_happens_does_so_whoever_it_is_about():
    assert not any(Chance("never", 0).happens(Draws(1), number, factor=9) for number in range(50))
    assert all(Chance("always", 1).happens(Draws(1), number) for number in range(50))


def test_a_character_is_the_same_all_month_and_around_one():
    character, draws = Behaviours().carelessness, Draws(3)
    factors = [character.factor(draws, f"C-{number}") for number in range(500)]
    assert character.factor(draws, "C-7") == factors[7]
    assert 0.9 < sorted(factors)[250] < 1.1


def test_no_two_habits_share_a_name():
    habits = Behaviours()
    names = [getattr(habits, field).name for field in Behaviours.__dataclass_fields__]
    assert len(names) == len(set(names))
