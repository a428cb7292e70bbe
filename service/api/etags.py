"""A thing's version travels as its ETag; a change must name the version it was made from (``If-Match``)."""

from __future__ import annotations

import re
from typing import Annotated, Final

from fastapi import Depends, Header, Response

from service.api.errors import IfMatchInvalid, IfMatchMissing

# A proxy that compresses may weaken the tag (W/"3"); the version in it is still the one we gave.
_TAG: Final = re.compile(r'(?:W/)?"([0-9]{1,9})"')


def set_etag(response: Response, version: int) -> None:
    """Tell the version of what is answered."""
    response.headers["ETag"] = f'"{version}"'


async def _expected_version(
    if_match: Annotated[
        str | None,
        Header(alias="If-Match", description="ETag of the version that the change was made from", examples=['"1"']),
    ] = None,
) -> int:
    if if_match is None:
        raise IfMatchMissing("A change needs the header If-Match with the ETag of the version you saw.")
    return _version_in(if_match)


async def _version_if_given(
    if_match: Annotated[
        str | None,
        Header(alias="If-Match", description="If given: refused on any change since that version", examples=['"1"']),
    ] = None,
) -> int | None:
    return None if if_match is None else _version_in(if_match)


def _version_in(if_match: str) -> int:
    found = _TAG.fullmatch(if_match.strip())
    if found is None:
        raise IfMatchInvalid('If-Match holds one ETag as it was given, in quotes: "3".')
    return int(found[1])


IfMatch = Annotated[int, Depends(_expected_version)]

IfMatchGiven = Annotated[int | None, Depends(_version_if_given)]
"""Where a change may be made without having seen the thing."""
