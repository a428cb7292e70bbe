"""The groups of people who eat, and which portion each gets."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from service.demo.facts.csv_rows import read_rows, require_unique
from service.demo.facts.places import AGE_COLUMNS


class Portion(StrEnum):
    SMALL = "small"
    LARGE = "large"


@dataclass(frozen=True, slots=True)
class BeneficiaryGroupFact:
    """A group; its city-wide recipients of February 2026 spread over kelurahan like the residents of ``age_column``."""

    code: str
    name_id: str
    name_en: str
    portion: Portion
    age_column: str | None
    recipients: int


def read_beneficiary_groups() -> tuple[BeneficiaryGroupFact, ...]:
    """Return the groups, small portions first."""
    columns = ("code", "name_id", "name_en", "portion", "age_column", "recipients_2026_02")
    groups = []
    for row in read_rows("beneficiary_groups.csv", columns):
        age_column = row.optional_text("age_column")
        if age_column is not None:
            row.known("age_column", dict.fromkeys(AGE_COLUMNS))
        groups.append(
            BeneficiaryGroupFact(
                code=row.text("code"),
                name_id=row.text("name_id"),
                name_en=row.text("name_en"),
                portion=row.member("portion", Portion),
                age_column=age_column,
                recipients=row.whole("recipients_2026_02", least=1),
            )
        )
    require_unique("beneficiary_groups.csv", (group.code for group in groups))
    return tuple(groups)
