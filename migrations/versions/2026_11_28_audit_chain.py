"""The audit trail is sealed by a chain of hashes and cannot be edited."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = 'audit_chain'
down_revision = 'second_factors'
branch_labels = None
depends_on = None

REFUSAL = """
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

GUARD = """
CREATE TRIGGER audit_entry_is_only_sealed BEFORE UPDATE OR DELETE ON audit_entry
FOR EACH ROW EXECUTE FUNCTION audit_entry_is_final()
"""

GUARD_WHOLE = """
CREATE TRIGGER audit_entry_is_not_emptied BEFORE TRUNCATE ON audit_entry
FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_is_final()
"""


def upgrade() -> None:
    # Wait briefly or give up: a migration that queues for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table('audit_head',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('sequence', sa.BigInteger(), nullable=False),
    sa.Column('sha256', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_audit_head_one_head')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_head'))
    )
    op.add_column('audit_entry', sa.Column('sequence', sa.BigInteger(), nullable=True))
    op.add_column('audit_entry', sa.Column('sha256', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True))
    op.add_column('audit_entry', sa.Column('sealed_at', sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(op.f('ck_audit_entry_sealed_whole'), 'audit_entry', 'num_nulls(sequence, sha256, sealed_at) IN (0, 3)')
    op.create_index('ix_audit_entry_unsealed', 'audit_entry', ['at', 'id'], unique=False, postgresql_where=sa.text('sequence IS NULL'))
    op.create_index('uq_audit_entry_sequence', 'audit_entry', ['sequence'], unique=True)
    op.execute(REFUSAL)
    op.execute(GUARD)
    op.execute(GUARD_WHOLE)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP TRIGGER audit_entry_is_not_emptied ON audit_entry")
    op.execute("DROP TRIGGER audit_entry_is_only_sealed ON audit_entry")
    op.execute("DROP FUNCTION audit_entry_is_final()")
    op.drop_index('uq_audit_entry_sequence', table_name='audit_entry')
    op.drop_index('ix_audit_entry_unsealed', table_name='audit_entry')
    op.drop_constraint(op.f('ck_audit_entry_sealed_whole'), 'audit_entry', type_='check')
    op.drop_column('audit_entry', 'sealed_at')
    op.drop_column('audit_entry', 'sha256')
    op.drop_column('audit_entry', 'sequence')
    op.drop_table('audit_head')
