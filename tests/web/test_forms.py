"""What people type into fields is read as they mean it; what a page writes into a field reads back the same."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.units import Unit
from service.web.forms import Typed
from service.web.templating import typed_amount


@given(qty=st.integers(0, 10**9), unit=st.sampled_from(list(Unit)))
def test_an_amount_that_a_page_wrote_reads_back_the_same(qty, unit):
    form = Typed({"qty": [typed_amount(qty, unit)]})
    assert form.amount("qty", unit) == qty
    form.require()


@pytest.mark.parametrize(
    ("typed", "unit", "qty"),
    [
        ("12,5", Unit.GRAM, 12_500),
        ("12.5 kg", Unit.GRAM, 12_500),
        ("500 g", Unit.GRAM, 500),
        (" 3 Liter ", Unit.MILLILITRE, 3_000),
        ("30 butir", Unit.PIECE, 30),
    ],
)
def test_amounts_are_read_as_people_write_them(typed, unit, qty):
    assert Typed({"qty": [typed]}).amount("qty", unit) == qty


@pytest.mark.parametrize(
    ("typed", "code"),
    [("", "missing"), ("banyak", "not_a_number"), ("1.250", "ambiguous_number"), ("3 karung", "unknown_unit")],
)
def test_an_amount_that_cannot_be_read_is_told_at_its_field(typed, code):
    form = Typed({"qty": [typed]})
    assert form.amount("qty", Unit.GRAM) is None
    assert [(fault.field, fault.code) for fault in form.faults.found] == [("qty", code)]


def test_days_and_rupiah_are_read_as_people_write_them():
    form = Typed({"day": ["24 November 2026"], "price": ["Rp 14.900"], "other": ["24/11/2026"]})
    assert form.day("day") == form.day("other") == date(2026, 11, 24)
    assert form.rupiah("price") == 14_900


def test_the_same_form_is_known_again_however_it_is_packed():
    first = Typed({"a": ["1"], "b": ["2"]}, {"photo": [("a.jpg", b"x")]})
    again = Typed({"b": ["2"], "a": ["1"]}, {"photo": [("b.jpg", b"x")]})
    assert first.canonical == again.canonical
    assert first.canonical != Typed({"a": ["1"], "b": ["3"]}, {"photo": [("a.jpg", b"x")]}).canonical
