import pytest

from service.api.schemas.policies import EXAMPLE_VALUES
from service.demo.facts.read import read_facts
from service.domain.errors import InvalidField
from service.domain.policies import PolicyValues, require_sound_values


def values(**changes: object) -> PolicyValues:
    return PolicyValues.model_validate({**EXAMPLE_VALUES, **changes})


def test_the_example_and_the_citys_first_version_are_sound():
    require_sound_values(values())
    require_sound_values(read_facts().policy)


@pytest.mark.parametrize(
    "factors",
    [
        {name: factor for name, factor in EXAMPLE_VALUES["shortage_factor_bp"].items() if name != "fruit"},
        {**EXAMPLE_VALUES["shortage_factor_bp"], "sweets": 1},
    ],
)
def test_every_need_class_has_its_price_and_no_other(factors):
    with pytest.raises(InvalidField, match=r"fruit|sweets") as refusal:
        require_sound_values(values(shortage_factor_bp=factors))
    assert refusal.value.faults[0].field == "values.shortage_factor_bp"


@pytest.mark.parametrize(
    "steps",
    [
        [(1, 10_000)],
        [(0, 10_000), (0, 11_000)],
        [(0, 10_000), (5000, 11_000), (2000, 12_000)],
        [(0, 10_000), (5000, 9000)],
    ],
)
def test_shortage_steps_rise_from_nothing(steps):
    given = [{"above_bp": above, "factor_bp": factor} for above, factor in steps]
    with pytest.raises(InvalidField) as refusal:
        require_sound_values(values(shortage_steps=given))
    assert refusal.value.faults[0].field == "values.shortage_steps"
