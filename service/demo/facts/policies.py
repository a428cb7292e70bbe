"""The policy's first version, and the values that new kitchens and runs start from."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from service.demo.facts.csv_rows import InvalidFacts, read_text
from service.domain.policies import PolicyValues


@dataclass(frozen=True, slots=True)
class KitchenDefaults:
    """What a kitchen starts with; the receiving window is in minutes after midnight of the evening before cooking."""

    min_suppliers: int
    max_share_bp: int
    max_portions: int
    max_portions_certified: int
    service_weekdays: int
    receiving_from_minute: int
    receiving_to_minute: int


@dataclass(frozen=True, slots=True)
class QuoteDefaults:
    """How many quotes a kitchen must have, and how far above the lowest it may buy."""

    least_quotes: int
    tolerance_over_lowest_bp: int


@dataclass(frozen=True, slots=True)
class RunDefaults:
    """What a matching run may take."""

    time_limit_s: int
    seed: int


@dataclass(frozen=True, slots=True)
class Defaults:
    kitchen: KitchenDefaults
    quotes: QuoteDefaults
    run: RunDefaults


def read_policy() -> PolicyValues:
    """Return the values of the policy's first version."""
    try:
        return PolicyValues.model_validate(tomllib.loads(read_text("policy.toml")))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise InvalidFacts(f"policy.toml: {error}") from error


def _section(values: dict[str, Any], name: str) -> dict[str, int]:
    section = values.get(name, {})
    wrong = sorted(key for key, value in section.items() if type(value) is not int or value < 0)
    if wrong:
        raise InvalidFacts(f"defaults.toml, [{name}]: {wrong} are not whole numbers from 0 on")
    return dict(section)


def read_defaults() -> Defaults:
    """Return what new kitchens and runs start from."""
    values = tomllib.loads(read_text("defaults.toml"))
    try:
        return Defaults(
            kitchen=KitchenDefaults(**_section(values, "kitchen")),
            quotes=QuoteDefaults(**_section(values, "quotes")),
            run=RunDefaults(**_section(values, "run")),
        )
    except TypeError as error:
        raise InvalidFacts(f"defaults.toml: {error}") from error
