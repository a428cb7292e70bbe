"""Which passwords are taken: long enough, not one of those that everybody tries first, not one's own name.

No digit or mark is asked for, and none expires: both make people choose worse ones (NIST SP 800-63B).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from service.domain.errors import InvalidField
from service.domain.guessed_passwords import COMMON_WORDS

SHORTEST_PASSWORD: Final = 10
LONGEST_PASSWORD: Final = 200
SHORTEST_NAME_PART: Final = 4
FEWEST_CHARACTERS: Final = 5
"""Different ones."""
_LOOKALIKES: Final = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s"})
_AROUND: Final = re.compile(r"^[\W\d_]+|[\W\d_]+$")


def require_password(password: str, *, username: str, full_name: str, field: str = "password") -> None:
    """Refuse a password that is short, easily guessed, or the person's name.

    Parameters
    ----------
    field
        What the field is called where the refusal is read.

    Raises
    ------
    InvalidField
        Saying what would be valid; the password itself is never repeated.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise InvalidField.at(field, f"At least {SHORTEST_PASSWORD} characters.", code="too_short")
    if len(password) > LONGEST_PASSWORD:
        raise InvalidField.at(field, f"At most {LONGEST_PASSWORD} characters.", code="too_long")
    if is_common(password):
        message = "Many people use this one or one like it: take three or four words that do not belong together."
        raise InvalidField.at(field, message, code="common_password")
    if holds_name(password, username=username, full_name=full_name):
        raise InvalidField.at(field, "Without your name in it.", code="holds_name")


def is_common(password: str) -> bool:
    """Tell whether a password is tried early: a common word with digits around it, a number, few characters."""
    lower = password.lower()
    if len(set(lower)) < FEWEST_CHARACTERS or lower.isdigit():
        return True  # a date of birth or a telephone number is a number too
    stems = {lower, _AROUND.sub("", lower), _AROUND.sub("", lower).translate(_LOOKALIKES)}
    stems |= {_AROUND.sub("", lower.translate(_LOOKALIKES))}
    return any(word in COMMON_WORDS for stem in stems for word in _repeated(stem))


def holds_name(password: str, *, username: str, full_name: str) -> bool:
    """Tell whether a part of the person's names of four letters or more stands in a password."""
    lower = password.lower()
    parts = re.split(r"[\W\d_]+", f"{username.partition('@')[0]} {full_name}".lower())
    return any(part in lower for part in parts if len(part) >= SHORTEST_NAME_PART)


def _repeated(stem: str) -> Iterator[str]:
    """Return every word that a stem is, written once or more often."""
    for length in range(1, len(stem) + 1):
        if len(stem) % length == 0 and stem[:length] * (len(stem) // length) == stem:
            yield stem[:length]
