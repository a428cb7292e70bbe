"""Codes of a phone: the RFC's own numbers, clocks that are off, codes that are used up."""

import uuid
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.login_challenges import CHALLENGE_FOR, LoginChallenge, challenge_of, challenge_text, password_mark
from service.domain.people import Role
from service.domain.second_factors import (
    SECOND_FACTOR_ROLES,
    STEP_S,
    SecondFactor,
    SecondFactorPolicy,
    code_of,
    factor_key,
    key_text,
    key_uri,
    must_have_second_factor,
    plain_code,
    recovery_text,
    step_of,
    step_taken,
    without_used,
)

KEY = b"12345678901234567890"
NOW = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
SECRET = "s" * 32


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_codes_are_those_of_rfc_6238(seconds, code):
    """Appendix B, the rows of SHA-1."""
    instant = datetime.fromtimestamp(seconds, UTC)
    assert code_of(KEY, step_of(instant), digits=8) == code


def test_the_codes_are_those_of_rfc_4226():
    """Appendix D."""
    codes = "755224 287082 359152 969429 338314 254676 287922 162583 399871 520489"
    assert " ".join(code_of(KEY, counter) for counter in range(10)) == codes


@given(st.integers(-5, 5))
def test_a_phone_may_be_half_a_minute_off_and_no_more(steps):
    code = code_of(KEY, step_of(NOW) + steps)
    taken = step_taken(KEY, code, NOW, last_step=0)
    assert taken == (step_of(NOW) + steps if abs(steps) <= 1 else None)


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(-1, 1)), max_size=20))
def test_no_code_is_taken_twice_nor_after_a_later_one(tries):
    now, last, taken = NOW, 0, []
    for wait_s, off in tries:
        now += timedelta(seconds=wait_s)
        step = step_taken(KEY, code_of(KEY, step_of(now) + off), now, last_step=last)
        if step is not None:
            taken.append(step)
            last = step
    assert taken == sorted(set(taken))


def test_the_key_is_made_of_the_services_secret_the_person_and_the_salt():
    factor = SecondFactor(user_id=uuid.UUID(int=7), salt="a")
    key = factor_key(factor, SECRET)
    assert len(key) == 20
    others = {
        factor_key(factor, "t" * 32),
        factor_key(SecondFactor(user_id=uuid.UUID(int=8), salt="a"), SECRET),
        factor_key(SecondFactor(user_id=uuid.UUID(int=7), salt="b"), SECRET),
    }
    assert len(others | {key}) == 4


def test_the_key_can_be_typed_and_tapped():
    assert key_text(KEY) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
    uri = urlsplit(key_uri(KEY, "siti@pasok.test"))
    assert (uri.scheme, uri.netloc, uri.path) == ("otpauth", "totp", "/Pasok:siti%40pasok.test")
    values = parse_qs(uri.query)
    assert values["secret"] == [key_text(KEY).replace(" ", "")]
    assert (values["digits"], values["period"]) == (["6"], [str(STEP_S)])


@pytest.mark.parametrize("typed", ["492 039", " 492039 ", "492-039"])
def test_a_code_is_read_as_people_type_it(typed):
    assert plain_code(typed) == "492039"


def test_a_recovery_code_is_struck_out():
    assert without_used(["a", "b", "c"], "b") == ["a", "c"]
    assert without_used(["a"], "b") is None


def test_only_the_citys_people_must_have_one_and_only_if_the_installation_says_so():
    for role in Role:
        assert not must_have_second_factor(role, SecondFactorPolicy.OFFERED)
        assert must_have_second_factor(role, SecondFactorPolicy.REQUIRED) is (role in SECOND_FACTOR_ROLES)
    assert Role.ADMINISTRATOR in SECOND_FACTOR_ROLES
    assert Role.COOP_OFFICER not in SECOND_FACTOR_ROLES


def test_a_challenge_is_good_for_five_minutes_and_cannot_be_forged():
    challenge = LoginChallenge(uuid.uuid4(), NOW + CHALLENGE_FOR, password_mark("a hash"))
    text = challenge_text(challenge, SECRET)
    assert challenge_of(text, SECRET, NOW) == challenge
    assert challenge_of(text, SECRET, NOW + CHALLENGE_FOR) is None
    assert challenge_of(text, "t" * 32, NOW) is None
    for at in range(len(text)):
        changed = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]
        found = challenge_of(changed, SECRET, NOW)
        assert found is None or (at == len(text) - 1 and found == challenge)


@given(st.text(max_size=80))
def test_no_other_text_is_a_challenge(text):
    assert challenge_of(text, SECRET, NOW) is None


def test_a_recovery_code_is_written_in_fours_and_read_back_however_it_is_typed():
    text = recovery_text(bytes(range(10)))
    assert text == "aaaq-eaye-auda-ocaj"
    assert plain_code(f" {text.upper()} ") == plain_code(text) == text.replace("-", "")
