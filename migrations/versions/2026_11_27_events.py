"""What happened, appended with every change."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = 'events'
down_revision = 'local_units'
branch_labels = None
depends_on = None

NEXT_SEQUENCE = """
CREATE FUNCTION next_event_sequence() RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(current_setting('pasok.announces', true), '') = '' THEN
        PERFORM pg_advisory_xact_lock_shared(5785436671310823424 + last_value) FROM event_sequence;
        PERFORM set_config('pasok.announces', 'yes', true);
    END IF;
    RETURN nextval('event_sequence');
END $$
"""

REFUSAL = """
CREATE FUNCTION refuse_to_change_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are only appended: what happened never changes'
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""

GUARD = """
CREATE TRIGGER event_is_only_appended BEFORE UPDATE OR DELETE OR TRUNCATE ON event
FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_events()
"""


def upgrade() -> None:
    # Wait briefly or give up: a migration that queues for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("CREATE SEQUENCE event_sequence MINVALUE 0")
    op.execute("SELECT setval('event_sequence', 0)")
    op.execute(NEXT_SEQUENCE)
    op.execute(REFUSAL)
    op.create_table('event',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('sequence', sa.BigInteger(), server_default=sa.text('next_event_sequence()'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('region_code', sqlmodel.sql.sqltypes.AutoString(), nullable=True),
    sa.Column('type', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
    sa.Column('entity', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('entity_id', sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
    sa.Column('concerns', postgresql.ARRAY(sa.Uuid()), nullable=False),
    sa.Column('facts', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('actor_user_id', sa.Uuid(), nullable=True),
    sa.Column('actor_organisation_id', sa.Uuid(), nullable=True),
    sa.Column('correlation_id', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
    sa.ForeignKeyConstraint(['actor_organisation_id'], ['organisation.id'], name=op.f('fk_event_actor_organisation_id')),
    sa.ForeignKeyConstraint(['actor_user_id'], ['app_user.id'], name=op.f('fk_event_actor_user_id')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_event_region_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event')),
    sa.UniqueConstraint('sequence', name=op.f('uq_event_sequence'))
    )
    op.create_index('ix_event_concerns', 'event', ['concerns'], unique=False, postgresql_using='gin')
    op.create_index('ix_event_region_sequence', 'event', ['region_code', 'sequence'], unique=False)
    op.create_index('ix_event_thing', 'event', ['entity', 'entity_id', 'sequence'], unique=False)
    op.execute(GUARD)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table('event')
    op.execute("DROP FUNCTION refuse_to_change_events(), next_event_sequence()")
    op.execute("DROP SEQUENCE event_sequence")
