"""What a list is narrowed to, from the address: an empty field of a form narrows nothing."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Query
from pydantic import BeforeValidator


def _nothing_for_blank(value: object) -> object:
    return None if value == "" else value


BLANK = BeforeValidator(_nothing_for_blank)
"""Reads an empty field as one that is not there: `Annotated[OrderStatus | None, BLANK, Query()] = None`."""

OptionalDay = Annotated[date | None, BLANK, Query()]
"""A day in the address, or none."""
