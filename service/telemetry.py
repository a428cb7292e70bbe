"""Logging, and the correlation id that follows a request into the jobs it defers."""

import logging
import logging.config
import re
import traceback
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import Final, Literal, TextIO

import structlog

LogFormat = Literal["console", "json"]
Failure = tuple[type[BaseException], BaseException, TracebackType | None]

_correlation_id: ContextVar[str] = ContextVar("correlation_id", default="")

# Libraries that tell at INFO what we log ourselves, or tell it in sentences instead of events.
_TALKATIVE = ("alembic", "httpx", "procrastinate", "uvicorn.access")
_QUOTING: Final = ("message_detail", "context")
"""Parts of PostgreSQL's messages that quote the row itself."""
_AT_MARGIN: Final = r"\n[ |]*"
"""How a line ends in a trace; in that of a group the next one is moved in."""


def current_correlation_id() -> str:
    """Return the id of the request, job or command at work, empty outside of one."""
    return _correlation_id.get()


@contextmanager
def correlated(correlation_id: str | None = None) -> Iterator[str]:
    """Put every log line and every deferred job of the block under one id; without an id, under a new one."""
    chosen = correlation_id or uuid.uuid4().hex
    token = _correlation_id.set(chosen)
    try:
        yield chosen
    finally:
        _correlation_id.reset(token)


def configure_logging(log_format: LogFormat = "console", level: str = "INFO") -> None:
    """Send every record of the standard `logging` to stderr: an event name and its fields, never a sentence."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_correlation_id,
        _drop_colour_codes,
    ]
    rendered: list[structlog.typing.Processor] = (
        [structlog.processors.ExceptionRenderer(_told), structlog.processors.JSONRenderer()]
        if log_format == "json"
        else [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=_tell)]
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": shared,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendered],
    }
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"event": formatter},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "event"}},
            "root": {"handlers": ["stderr"], "level": level},
            "loggers": {name: {"level": "WARNING"} for name in _TALKATIVE},
        }
    )


def _add_correlation_id(
    _logger: structlog.typing.WrappedLogger, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    if correlation_id := _correlation_id.get():
        event["correlation_id"] = correlation_id
    return event


def _drop_colour_codes(
    _logger: structlog.typing.WrappedLogger, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    event.pop("color_message", None)  # uvicorn says everything a second time, in colour
    return event


def _told(exc_info: Failure) -> str:
    """Return how a failure came about, without what PostgreSQL quotes of a row: that may be somebody's."""
    text = "".join(traceback.format_exception(*exc_info)).rstrip()
    for error in _chain(exc_info[1]):
        quoted = (getattr(getattr(error, "diag", None), name, None) for name in _QUOTING)
        for words in filter(None, quoted):
            text = re.sub(_AT_MARGIN.join(map(re.escape, words.split("\n"))), "(not logged)", text)
    return text


def _tell(where: TextIO, failure: Failure) -> None:
    where.write(f"\n{_told(failure)}")


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield a failure and all that its trace names: what it came from, what was at work, the parts of a group."""
    waiting, seen = [error], set[int]()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        parts = one.exceptions if isinstance(one, BaseExceptionGroup) else ()
        waiting += [cause for cause in (one.__cause__, one.__context__, *parts) if cause is not None]
