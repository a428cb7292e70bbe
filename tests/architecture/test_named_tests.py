"""The pages on security and trust name tests that exist; security has a row for each chapter and risk."""

import re

import pytest

from tests.architecture.source import ROOT

PAGE = (ROOT / "service" / "SECURITY.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PAGE + README)


@pytest.mark.parametrize(("file", "test"), sorted(set(NAMED)))
def test_a_named_test_exists(file, test):
    text = (ROOT / file).read_text("utf-8")
    assert re.search(rf"^(async )?def {test or 'test_'}", text, re.MULTILINE)


def test_every_chapter_and_every_risk_has_a_row_with_a_test():
    rows = [line for line in PAGE.splitlines() if re.match(r"\| (V|API)\d", line)]
    assert {f"V{number}" for number in range(1, 15)} <= {
        re.match(r"\| (V\d+)", row)[1] for row in rows if row[2] == "V"
    }
    assert {f"API{number}" for number in range(1, 11)} <= {
        re.match(r"\| (API\d+)", row)[1] for row in rows if row[2] == "A"
    }
    assert all("`tests/" in row for row in rows)


def test_the_readme_leads_there():
    assert "service/SECURITY.md" in README
