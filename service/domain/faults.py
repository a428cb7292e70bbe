"""Everything that is wrong with an entry, told at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches

from service.domain.errors import DomainError, FieldFault, InvalidField

NAMED_AT_MOST = 5


class Faults:
    """Collects faults; a single rule that refuses keeps its own error class and facts, several become one list."""

    def __init__(self) -> None:
        self._found: list[FieldFault] = []
        self._refusals: list[DomainError] = []

    def add(self, field: str, code: str, message: str) -> None:
        """Note a wrong value: where (``lines.3.demanded_qty``), a stable code, what would be valid."""
        self._found.append(FieldFault(field, code, message))

    def catch(self, field: str, refusal: DomainError) -> None:
        """Note that a rule of the trade refuses the value of a field."""
        self._refusals.append(refusal)
        self.add(field, refusal.code, refusal.detail)

    @contextmanager
    def catching(self, field: str) -> Iterator[None]:
        """Catch the refusal that a rule raises inside the block."""
        try:
            yield
        except DomainError as refusal:
            self.catch(field, refusal)

    def __bool__(self) -> bool:
        return bool(self._found)

    @property
    def found(self) -> tuple[FieldFault, ...]:
        """What was found so far."""
        return tuple(self._found)

    def raise_any(self) -> None:
        """Raise what was found, if anything.

        Raises
        ------
        DomainError
            The refusal itself, if it is all that is wrong.
        InvalidField
            With every fault otherwise.
        """
        if not self._found:
            return
        if len(self._found) == len(self._refusals) == 1:
            refusal = self._refusals[0]
            refusal.faults = tuple(self._found)
            raise refusal
        if len(self._found) == 1:
            raise InvalidField(self._found[0].message, faults=tuple(self._found))
        raise InvalidField(f"{len(self._found)} values are not valid.", faults=tuple(self._found))


def named_like(word: str, known: Iterable[str]) -> str:
    """Return a sentence naming the known codes most like a word."""
    codes = sorted(known)
    near = get_close_matches(word.upper(), codes, n=NAMED_AT_MOST, cutoff=0.4) or codes[:NAMED_AT_MOST]
    return f"Known codes like it: {', '.join(near)}." if near else "None are known yet."
