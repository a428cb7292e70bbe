"""Set the fields of a row and tell what really changed, in the form the audit trail keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_core import to_jsonable_python
from sqlalchemy.orm.attributes import flag_modified

from service.domain.tables import Entity, Row


@dataclass(frozen=True, slots=True)
class Difference:
    """The old and new values of the fields that changed, as plain JSON."""

    before: dict[str, Any]
    after: dict[str, Any]

    def __or__(self, other: Difference) -> Difference:
        """Put the differences of two rows of one aggregate together."""
        return Difference(self.before | other.before, self.after | other.after)

    def __bool__(self) -> bool:
        return bool(self.after)


def apply_changes(row: Row, changes: Mapping[str, object]) -> Difference:
    """Set fields of a row.

    Parameters
    ----------
    changes
        New values by field name; those that are as before are left out of the result.
    """
    old = {name: getattr(row, name) for name in changes}
    new = {name: value for name, value in changes.items() if value != old[name]}
    for name, value in new.items():
        setattr(row, name, value)
    return Difference(to_jsonable_python({name: old[name] for name in new}), to_jsonable_python(new))


def plain(row: Row) -> dict[str, Any]:
    """Return a new row's fields as plain JSON, for the audit trail."""
    return dict(to_jsonable_python(row.model_dump()))


def raise_version(entity: Entity) -> None:
    """Count a change of what belongs to an entity as a change of the entity, whose ETag stands for all of it."""
    flag_modified(entity, "created_at")
