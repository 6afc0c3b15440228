"""budgets with a history

Versions of budgets, decisions about money, spending from outside with its receipts; contingency, settling of periods,
and agreements that say what they are for. Versions and decisions are only ever added to: the database refuses the rest.

Revision ID: 0007
Revises: 0006
"""
from datetime import date, timedelta
from typing import Sequence, Union

from alembic import op
import secrets

import sqlalchemy as sa


revision: str = "0007"
down_revision: Union[str, Sequence[str], None] = "0006"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
POT_KINDS = ('direct_payment', 'indirect_payment', 'council_managed', 'individual_service_fund', 'own_money')
ONLY_GROW = ("budget_version", "money_decision")


def _pot_kind() -> sa.Enum:
    return sa.Enum(*POT_KINDS, name='pot_kind', native_enum=False, create_constraint=True, length=40)


def _fk(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f'{to}.id'], name=op.f(f'fk_{table}_{column}_{to}'))


def upgrade() -> None:
    """Upgrade schema."""
    with op.batch_alter_table('personal_budget') as batch_op:
        batch_op.add_column(sa.Column('contingency_pence', BIG, server_default='0', nullable=False))
        batch_op.add_column(sa.Column('contingency_used_pence', BIG, server_default='0', nullable=False))
        batch_op.create_check_constraint(
            op.f('ck_personal_budget_contingency_is_part_of_it'),
            'contingency_used_pence >= 0 AND contingency_used_pence <= contingency_pence'
            ' AND contingency_pence <= total_pence',
        )
    with op.batch_alter_table('pot') as batch_op:
        batch_op.add_column(sa.Column('agent_name', sa.String(length=120), nullable=True))
    with op.batch_alter_table('pot_release') as batch_op:
        batch_op.add_column(sa.Column('forward_pence', BIG, server_default='0', nullable=False))
        batch_op.add_column(sa.Column('settles_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('went_back_pence', BIG, server_default='0', nullable=False))
        batch_op.create_check_constraint(
            op.f('ck_pot_release_no_more_forward_than_there_is'), 'forward_pence >= 0 AND forward_pence <= amount_pence'
        )
        batch_op.create_check_constraint(
            op.f('ck_pot_release_released_before_it_is_settled'), 'settled_at IS NULL OR released_at IS NOT NULL'
        )
        for name, column, where in (
            ('ix_pot_release_to_release', 'due_on', 'released_at IS NULL'),
            ('ix_pot_release_to_settle', 'settles_on', 'settled_at IS NULL'),
        ):
            batch_op.create_index(name, [column], sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    _settle_at_the_end_of_the_year()
    with op.batch_alter_table('one_off_agreement') as batch_op:
        batch_op.add_column(sa.Column('public_id', sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column('money', _pot_kind(), server_default='council_managed', nullable=False))
        batch_op.add_column(sa.Column('kind', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('reason', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True))
    _name_agreements()
    with op.batch_alter_table('one_off_agreement') as batch_op:
        batch_op.alter_column('public_id', existing_type=sa.String(length=20), nullable=False)
        batch_op.alter_column('reason', existing_type=sa.Text(), nullable=False)
        batch_op.create_unique_constraint(op.f('uq_one_off_agreement_public_id'), ['public_id'])
        batch_op.create_check_constraint(op.f('ck_one_off_agreement_runs_forward'), 'until_on >= from_on')
        batch_op.create_check_constraint(
            op.f('ck_one_off_agreement_money_that_needs_one'), "money IN ('council_managed', 'individual_service_fund')"
        )
    op.create_table(
        'budget_version',
        sa.Column('id', BIG, nullable=False),
        sa.Column('personal_budget_id', BIG, nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('status', sa.Enum('indicative', 'agreed', 'ended', name='budget_status', native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column('total_pence', BIG, nullable=False),
        sa.Column('contribution_pence', BIG, nullable=False),
        sa.Column('contingency_pence', BIG, nullable=False),
        sa.Column('pots', sa.JSON(), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('changed_by_id', BIG, nullable=True),
        _fk('budget_version', 'personal_budget_id', 'personal_budget'),
        _fk('budget_version', 'changed_by_id', 'person'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_budget_version')),
        sa.UniqueConstraint('personal_budget_id', 'number', name=op.f('uq_budget_version_personal_budget_id_number')),
    )
    op.create_table(
        'money_decision',
        sa.Column('id', BIG, nullable=False),
        sa.Column('key', sa.String(length=64), nullable=False),
        sa.Column('kind', sa.Enum('moved', 'contingency', 'brought_forward', name='decision_kind', native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column('person_id', BIG, nullable=False),
        sa.Column('from_pot_id', BIG, nullable=True),
        sa.Column('into_pot_id', BIG, nullable=False),
        sa.Column('pence', BIG, nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('decided_by_id', BIG, nullable=False),
        sa.CheckConstraint('pence > 0', name=op.f('ck_money_decision_pence_is_positive')),
        _fk('money_decision', 'person_id', 'person'),
        _fk('money_decision', 'from_pot_id', 'pot'),
        _fk('money_decision', 'into_pot_id', 'pot'),
        _fk('money_decision', 'decided_by_id', 'person'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_money_decision')),
        sa.UniqueConstraint('key', name=op.f('uq_money_decision_key')),
    )
    op.create_index(op.f('ix_money_decision_person_id'), 'money_decision', ['person_id'])
    op.create_table(
        'outside_spending',
        sa.Column('id', BIG, nullable=False),
        sa.Column('public_id', sa.String(length=20), nullable=False),
        sa.Column('key', sa.String(length=64), nullable=False),
        sa.Column('person_id', BIG, nullable=False),
        sa.Column('pot_id', BIG, nullable=False),
        sa.Column('spent_on', sa.Date(), nullable=False),
        sa.Column('paid_to', sa.String(length=120), nullable=False),
        sa.Column('paid_for', sa.String(length=200), nullable=False),
        sa.Column('pence', BIG, nullable=False),
        sa.Column('recorded_by_id', BIG, nullable=False),
        sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('taken_back_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint('pence > 0', name=op.f('ck_outside_spending_pence_is_positive')),
        _fk('outside_spending', 'person_id', 'person'),
        _fk('outside_spending', 'pot_id', 'pot'),
        _fk('outside_spending', 'recorded_by_id', 'person'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_outside_spending')),
        sa.UniqueConstraint('key', name=op.f('uq_outside_spending_key')),
        sa.UniqueConstraint('public_id', name=op.f('uq_outside_spending_public_id')),
    )
    op.create_index(op.f('ix_outside_spending_person_id'), 'outside_spending', ['person_id'])
    op.create_table(
        'receipt',
        sa.Column('spending_id', BIG, autoincrement=False, nullable=False),
        sa.Column('media_type', sa.String(length=40), nullable=False),
        sa.Column('content', sa.LargeBinary(), nullable=False),
        _fk('receipt', 'spending_id', 'outside_spending'),
        sa.PrimaryKeyConstraint('spending_id', name=op.f('pk_receipt')),
    )
    _only_grow()


def _settle_at_the_end_of_the_year() -> None:
    """Money released before councils had a rule is looked at when its year ends, and kept as it always was."""
    budget = sa.table('personal_budget', sa.column('id'), sa.column('year_starts_on', sa.Date()))
    release = sa.table(
        'pot_release', sa.column('personal_budget_id'), sa.column('settles_on', sa.Date()), sa.column('released_at')
    )
    connection = op.get_bind()
    for number, starts_on in connection.execute(sa.select(budget.c.id, budget.c.year_starts_on)).all():
        ends: date = starts_on + timedelta(days=364)
        connection.execute(
            sa.update(release)
            .where(release.c.personal_budget_id == number, release.c.released_at.is_not(None))
            .values(settles_on=ends)
        )


def _name_agreements() -> None:
    agreement = sa.table('one_off_agreement', sa.column('id'), sa.column('public_id'), sa.column('reason'))
    connection = op.get_bind()
    for (number,) in connection.execute(sa.select(agreement.c.id)).all():
        name = ''.join(secrets.choice('23456789abcdefghjkmnpqrstvwxyz') for _ in range(14))
        connection.execute(sa.update(agreement).where(agreement.c.id == number).values(public_id=name, reason=''))


def _only_grow() -> None:
    """Refuse UPDATE, DELETE and (where there is one) TRUNCATE."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table in ONLY_GROW:
        says = f"{table} is only ever added to"
        if sqlite:
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{says}'); END"
                )
            continue
        op.execute(
            f"CREATE FUNCTION {table}_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{says}' USING ERRCODE = 'restrict_violation'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_only_grows()"
        )


def downgrade() -> None:
    """Downgrade schema."""
    op.drop_table('receipt')
    op.drop_table('outside_spending')
    for table in reversed(ONLY_GROW):
        op.drop_table(table)
        if op.get_bind().dialect.name != "sqlite":
            op.execute(f"DROP FUNCTION {table}_only_grows()")
    with op.batch_alter_table('one_off_agreement') as batch_op:
        batch_op.drop_constraint(op.f('ck_one_off_agreement_money_that_needs_one'), type_='check')
        batch_op.drop_constraint(op.f('ck_one_off_agreement_runs_forward'), type_='check')
        batch_op.drop_constraint(op.f('ck_one_off_agreement_pot_kind'), type_='check')
        batch_op.drop_constraint(op.f('uq_one_off_agreement_public_id'), type_='unique')
        for column in ('ended_at', 'reason', 'kind', 'money', 'public_id'):
            batch_op.drop_column(column)
    with op.batch_alter_table('pot_release') as batch_op:
        batch_op.drop_index('ix_pot_release_to_settle')
        batch_op.drop_index('ix_pot_release_to_release')
        batch_op.drop_constraint(op.f('ck_pot_release_released_before_it_is_settled'), type_='check')
        batch_op.drop_constraint(op.f('ck_pot_release_no_more_forward_than_there_is'), type_='check')
        for column in ('went_back_pence', 'settled_at', 'settles_on', 'forward_pence'):
            batch_op.drop_column(column)
    with op.batch_alter_table('pot') as batch_op:
        batch_op.drop_column('agent_name')
    with op.batch_alter_table('personal_budget') as batch_op:
        batch_op.drop_constraint(op.f('ck_personal_budget_contingency_is_part_of_it'), type_='check')
        for column in ('contingency_used_pence', 'contingency_pence'):
            batch_op.drop_column(column)
