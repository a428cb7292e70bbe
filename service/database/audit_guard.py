"""What keeps the audit trail from being edited: an entry may be sealed once, and nothing else may happen to it.

Triggers stop every program and every careless hand. Who owns the database can take them off; that shows in the chain of
hashes (`service/domain/audit_chain.py`), which `pasok audit verify` walks along.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from service.domain.audits import AuditEntry
from service.domain.tables import metadata

REFUSAL: Final = """
CREATE FUNCTION audit_entry_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.sequence IS NULL AND NEW.sequence IS NOT NULL
            AND to_jsonb(NEW) - '{sequence,sha256,sealed_at}'::text[]
              = to_jsonb(OLD) - '{sequence,sha256,sealed_at}'::text[] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the audit trail is only appended: what was recorded never changes'
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""

GUARD: Final = """
CREATE TRIGGER audit_entry_is_only_sealed BEFORE UPDATE OR DELETE ON audit_entry
FOR EACH ROW EXECUTE FUNCTION audit_entry_is_final()
"""

GUARD_WHOLE: Final = """
CREATE TRIGGER audit_entry_is_not_emptied BEFORE TRUNCATE ON audit_entry
FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_is_final()
"""

_ENTRIES = metadata.tables[str(AuditEntry.__tablename__)]
sa.event.listen(_ENTRIES, "before_create", sa.DDL(REFUSAL))  # type: ignore[no-untyped-call]
for _statement in (GUARD, GUARD_WHOLE):
    sa.event.listen(_ENTRIES, "after_create", sa.DDL(_statement))  # type: ignore[no-untyped-call]
