"""Log lines are events with fields, under the id of the request they belong to."""

import json
import logging
import logging.config
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from service.database.engine import create_engine
from service.telemetry import LogFormat, configure_logging, correlated, current_correlation_id

PHONE, EMAIL = "+6281234567890", "siti@example.id"


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


def test_a_json_line_has_event_fields_time_and_correlation_id(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("json")
    with correlated("request-7"):
        logging.getLogger("service.orders").info("order_answered", extra={"order": "PO-1", "accepted_qty": 5000})
    line = json.loads(capsys.readouterr().err)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "order_answered",
        "level": "info",
        "logger": "service.orders",
        "order": "PO-1",
        "accepted_qty": 5000,
        "correlation_id": "request-7",
    }


def test_an_error_carries_its_trace(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("json")
    try:
        int("burnt")
    except ValueError:
        logging.getLogger("service").exception("job_failed")
    assert "ValueError: invalid literal" in json.loads(capsys.readouterr().err)["exception"]


@pytest.mark.parametrize("log_format", ["json", "console"])
async def test_a_row_that_the_database_quotes_is_not_logged(
    fresh_database: str, capsys: pytest.CaptureFixture[str], log_format: LogFormat
) -> None:
    """It may be somebody's: here a phone and, in another line, an address."""
    engine = create_engine(fresh_database)
    async with engine.connect() as connection:
        await connection.execute(sa.text("CREATE TEMPORARY TABLE told (phone text UNIQUE)"))
        twice = sa.text("INSERT INTO told VALUES (:phone), (:phone)")
        with pytest.raises(sa.exc.IntegrityError, match=PHONE[1:]) as failed:
            await connection.execute(twice, {"phone": f"{PHONE}\n\n{EMAIL}"})
    await engine.dispose()
    configure_logging(log_format)
    for failure in (failed.value, ExceptionGroup("jobs", [failed.value])):
        logging.getLogger("service.jobs").error("job_failed", exc_info=failure)
        told = capsys.readouterr().err
        assert told.count("told_phone_key") == told.count("(not logged)") > 0
        assert PHONE not in told
        assert EMAIL not in told


def test_the_console_shows_the_same_in_one_line_without_colours(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("console")
    logging.getLogger("uvicorn.error").info("started", extra={"color_message": "\x1b[1mstarted\x1b[0m", "port": 8000})
    assert capsys.readouterr().err.rstrip().endswith("started                        [uvicorn.error] port=8000")


def test_correlation_ids_nest_and_are_made_up_where_none_is_given() -> None:
    with correlated() as outer:
        assert current_correlation_id() == outer
        with correlated("inner"):
            assert current_correlation_id() == "inner"
        assert current_correlation_id() == outer
    assert current_correlation_id() == ""
