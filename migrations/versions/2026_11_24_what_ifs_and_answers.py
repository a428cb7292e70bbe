"""What-ifs beside a base run, files of plans, answers that are computed once."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = 'what_ifs_and_answers'
down_revision = 'entities'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Wait briefly or give up: a migration that queues for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column('matching_run', sa.Column('kind', sa.Enum('week', 'repair', 'what_if', name='runkind', native_enum=False, create_constraint=True, length=32), server_default='week', nullable=False))
    op.add_column('matching_run', sa.Column('base_run_id', sa.Uuid(), nullable=True))
    op.add_column('matching_run', sa.Column('scenario', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True))
    op.create_index('ix_matching_run_base', 'matching_run', ['base_run_id', 'created_at', 'id'], unique=False)
    op.create_unique_constraint('uq_matching_run_id_kind', 'matching_run', ['id', 'kind'])
    op.create_foreign_key(op.f('fk_matching_run_base_run_id'), 'matching_run', 'matching_run', ['base_run_id'], ['id'])
    op.create_check_constraint(op.f("ck_matching_run_what_if_has_scenario"), "matching_run", "(kind = 'what_if') = (scenario IS NOT NULL)")
    op.create_check_constraint(op.f("ck_matching_run_what_if_has_base"), "matching_run", "(kind = 'what_if') = (base_run_id IS NOT NULL)")
    op.drop_index("uq_matching_run_one_active", table_name="matching_run")
    op.create_index(
        "ix_matching_run_active",
        "matching_run",
        ["region_code", "id"],
        unique=False,
        postgresql_where=sa.text("status IN ('queued', 'running', 'cancelling')"),
    )
    op.create_index("uq_matching_run_one_active", "matching_run", ["region_code", "week_start"], unique=True, postgresql_where=sa.text("status IN ('queued', 'running', 'cancelling') AND kind <> 'what_if'"))
    op.create_table('run_plan',
    sa.Column('run_id', sa.Uuid(), nullable=False),
    sa.Column('sha256', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('content_gzip', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['run_id'], ['matching_run.id'], name=op.f('fk_run_plan_run_id')),
    sa.PrimaryKeyConstraint('run_id', name=op.f('pk_run_plan'))
    )
    op.create_table('what_if_plan',
    sa.Column('run_id', sa.Uuid(), nullable=False),
    sa.Column('run_kind', sa.Enum('week', 'repair', 'what_if', name='runkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('solver_status', sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
    sa.Column('solver_version', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('objective_idr', sa.BigInteger(), nullable=False),
    sa.Column('bound_idr', sa.BigInteger(), nullable=False),
    sa.Column('gap_bp', sa.Integer(), nullable=False),
    sa.Column('solve_ms', sa.Integer(), nullable=False),
    sa.Column('figures', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('difference', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('sha256', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.CheckConstraint("run_kind = 'what_if'", name=op.f('ck_what_if_plan_only_what_if')),
    sa.CheckConstraint('bound_idr <= objective_idr', name=op.f('ck_what_if_plan_bound_below_objective')),
    sa.ForeignKeyConstraint(['run_id', 'run_kind'], ['matching_run.id', 'matching_run.kind'], name='fk_what_if_plan_run_kind_matching_run'),
    sa.PrimaryKeyConstraint('run_id', name=op.f('pk_what_if_plan'))
    )
    op.create_table('plan_answer',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Uuid(), nullable=False),
    sa.Column('question', sa.Enum('sources', 'rule_costs', name='question', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('status', sa.Enum('waiting', 'answered', 'failed', name='answerstatus', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('requested_by', sa.Uuid(), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failure_detail', sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=True),
    sa.Column('content', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.CheckConstraint("(status = 'answered') = (content IS NOT NULL)", name=op.f('ck_plan_answer_answered_has_content')),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_plan_answer_plan_id')),
    sa.ForeignKeyConstraint(['requested_by'], ['app_user.id'], name=op.f('fk_plan_answer_requested_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_answer')),
    sa.UniqueConstraint('plan_id', 'question', name=op.f('uq_plan_answer_plan_id_question'))
    )
    op.add_column('plan', sa.Column('run_kind', sa.Enum('week', 'repair', 'what_if', name='runkind', native_enum=False, create_constraint=True, length=32), server_default='week', nullable=False))
    op.add_column('plan', sa.Column('repair', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True))
    op.create_check_constraint(op.f("ck_plan_no_what_if"), "plan", "run_kind <> 'what_if'")
    op.create_foreign_key('fk_plan_run_kind_matching_run', 'plan', 'matching_run', ['run_id', 'run_kind'], ['id', 'kind'])


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table('plan_answer')
    op.drop_table('what_if_plan')
    op.drop_table('run_plan')
    op.drop_constraint('fk_plan_run_kind_matching_run', 'plan', type_='foreignkey')
    op.drop_column('plan', 'repair')
    op.drop_column('plan', 'run_kind')
    of_what_ifs = "run_id IN (SELECT id FROM matching_run WHERE kind = 'what_if')"
    op.execute(f"DELETE FROM run_problem WHERE {of_what_ifs}")  # noqa: S608  (nothing of it comes from outside)
    op.execute("DELETE FROM matching_run WHERE kind = 'what_if'")
    op.drop_constraint(op.f('fk_matching_run_base_run_id'), 'matching_run', type_='foreignkey')
    op.drop_constraint('uq_matching_run_id_kind', 'matching_run', type_='unique')
    op.drop_index("ix_matching_run_active", table_name="matching_run")
    op.drop_index('ix_matching_run_base', table_name='matching_run')
    op.drop_index("uq_matching_run_one_active", table_name="matching_run")
    op.create_index("uq_matching_run_one_active", "matching_run", ["region_code", "week_start"], unique=True, postgresql_where=sa.text("status IN ('queued', 'running', 'cancelling')"))
    op.drop_column('matching_run', 'scenario')
    op.drop_column('matching_run', 'base_run_id')
    op.drop_column('matching_run', 'kind')
