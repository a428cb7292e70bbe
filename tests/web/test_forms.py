"""What people type into fields is read as they mean it; what a page writes into a field reads back the same."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import FieldFault
from service.domain.units import Unit
from service.matching.why.sentences.wording import Language
from service.web.forms import Typed
from service.web.refusal_words import beside_field, in_its_unit
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


@pytest.mark.parametrize(
    ("code", "message", "told"),
    [
        ("out_of_range", "Accept between 0 and 25000.", "Antara 0 dan 25\u00a0kg."),
        (
            "not_a_step",
            "1500 is not a positive multiple of the step of 1000; the nearest: 1000 or 2000.",
            "1,5\u00a0kg bukan kelipatan 1\u00a0kg; yang terdekat: 1\u00a0kg atau 2\u00a0kg.",
        ),
        ("sum", "All three add up to 12500, not 500.", "Jumlah ketiganya harus 12,5\u00a0kg, bukan 500\u00a0g."),
    ],
)
def test_a_refused_amount_is_told_in_the_unit_in_which_it_was_typed(code, message, told):
    fault = in_its_unit(FieldFault("qty", code, message), Unit.GRAM, Language.INDONESIAN)
    assert beside_field(fault, Language.INDONESIAN) == told


def test_an_english_reader_is_told_a_refused_amount_in_its_unit_too():
    fault = in_its_unit(FieldFault("qty", "out_of_range", "Between 0 and 1250500."), Unit.GRAM, Language.ENGLISH)
    assert beside_field(fault, Language.ENGLISH) == "Between 0 and 1,250.5\u00a0kg."
