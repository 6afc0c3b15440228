"""visits that repeat

Patterns with their times of day and exceptions, changes that were asked for, and private calendar addresses.

Revision ID: 0011
Revises: 0010
"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


revision: str = '0011'
down_revision: Union[str, Sequence[str], None] = '0010'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

BIG = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    """Add the tables, and what a visit and a booking keep of them."""
    op.create_table('calendar_feed',
    sa.Column('person_id', BIG, autoincrement=False, nullable=False),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.Column('shows_titles', sa.Boolean(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_calendar_feed_person_id_person')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_calendar_feed')),
    sa.UniqueConstraint('public_id', name=op.f('uq_calendar_feed_public_id'))
    )
    op.create_table('pattern',
    sa.Column('booking_id', BIG, autoincrement=False, nullable=False),
    sa.Column('pots', sa.JSON(), nullable=False),
    sa.Column('extras', sa.JSON(), nullable=False),
    sa.Column('miles', sa.Integer(), nullable=True),
    sa.Column('next_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_pattern_booking_id_booking')),
    sa.PrimaryKeyConstraint('booking_id', name=op.f('pk_pattern'))
    )
    with op.batch_alter_table('pattern') as batch_op:
        batch_op.create_index(op.f('ix_pattern_next_on'), ['next_on'], unique=False)

    op.create_table('pattern_slot',
    sa.Column('id', BIG, nullable=False),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.Column('booking_id', BIG, nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('rule', sa.String(length=120), nullable=False),
    sa.Column('start', sa.Time(), nullable=False),
    sa.Column('end', sa.Time(), nullable=False),
    sa.Column('ends_next_day', sa.Boolean(), nullable=False),
    sa.Column('is_over', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['booking_id'], ['pattern.booking_id'], name=op.f('fk_pattern_slot_booking_id_pattern')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pattern_slot')),
    sa.UniqueConstraint('public_id', name=op.f('uq_pattern_slot_public_id'))
    )
    with op.batch_alter_table('pattern_slot') as batch_op:
        batch_op.create_index(op.f('ix_pattern_slot_booking_id'), ['booking_id'], unique=False)

    op.create_table('pattern_exception',
    sa.Column('id', BIG, nullable=False),
    sa.Column('slot_id', BIG, nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('kind', sa.Enum('skipped', 'moved', 'no_money', 'no_price', 'no_place', name='exception_kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('noted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('noted_by_id', BIG, nullable=True),
    sa.ForeignKeyConstraint(['noted_by_id'], ['person.id'], name=op.f('fk_pattern_exception_noted_by_id_person')),
    sa.ForeignKeyConstraint(['slot_id'], ['pattern_slot.id'], name=op.f('fk_pattern_exception_slot_id_pattern_slot')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pattern_exception')),
    sa.UniqueConstraint('slot_id', 'day', name=op.f('uq_pattern_exception_slot_id_day'))
    )
    op.create_table('visit_change',
    sa.Column('id', BIG, nullable=False),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('booking_id', BIG, nullable=False),
    sa.Column('visit_id', BIG, nullable=True),
    sa.Column('slot_id', BIG, nullable=True),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('scope', sa.Enum('this', 'later', 'all', name='scope', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('wanted', sa.JSON(), nullable=False),
    sa.Column('before_pence', BIG, nullable=False),
    sa.Column('after_pence', BIG, nullable=False),
    sa.Column('status', sa.Enum('asked', 'agreed', 'declined', 'withdrawn', name='change_status', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('asked_by_id', BIG, nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_by_id', BIG, nullable=True),
    sa.CheckConstraint('before_pence >= 0 AND after_pence >= 0', name=op.f('ck_visit_change_amounts_are_not_negative')),
    sa.ForeignKeyConstraint(['answered_by_id'], ['person.id'], name=op.f('fk_visit_change_answered_by_id_person')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['person.id'], name=op.f('fk_visit_change_asked_by_id_person')),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_visit_change_booking_id_booking')),
    sa.ForeignKeyConstraint(['slot_id'], ['pattern_slot.id'], name=op.f('fk_visit_change_slot_id_pattern_slot')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_visit_change_visit_id_visit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visit_change')),
    sa.UniqueConstraint('key', name=op.f('uq_visit_change_key')),
    sa.UniqueConstraint('public_id', name=op.f('uq_visit_change_public_id'))
    )
    with op.batch_alter_table('visit_change') as batch_op:
        batch_op.create_index(op.f('ix_visit_change_booking_id'), ['booking_id'], unique=False)
        batch_op.create_index('uq_visit_change_one_waiting', ['booking_id'], unique=True, sqlite_where=sa.text("status = 'asked'"), postgresql_where=sa.text("status = 'asked'"))

    with op.batch_alter_table('booking') as batch_op:
        batch_op.add_column(sa.Column('revision', sa.Integer(), server_default='1', nullable=False))

    with op.batch_alter_table('visit') as batch_op:
        batch_op.add_column(sa.Column('slot_id', BIG, nullable=True))
        batch_op.add_column(sa.Column('slot_day', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('revision', sa.Integer(), server_default='0', nullable=False))
        batch_op.create_index('uq_visit_one_for_each_day', ['slot_id', 'slot_day'], unique=True, sqlite_where=sa.text("status = 'planned' AND slot_id IS NOT NULL"), postgresql_where=sa.text("status = 'planned' AND slot_id IS NOT NULL"))
        batch_op.create_foreign_key(op.f('fk_visit_slot_id_pattern_slot'), 'pattern_slot', ['slot_id'], ['id'])



def downgrade() -> None:
    """Take them away; visits that were made stay as they are."""
    with op.batch_alter_table('visit') as batch_op:
        batch_op.drop_constraint(op.f('fk_visit_slot_id_pattern_slot'), type_='foreignkey')
        batch_op.drop_index('uq_visit_one_for_each_day', sqlite_where=sa.text("status = 'planned' AND slot_id IS NOT NULL"), postgresql_where=sa.text("status = 'planned' AND slot_id IS NOT NULL"))
        batch_op.drop_column('revision')
        batch_op.drop_column('slot_day')
        batch_op.drop_column('slot_id')

    with op.batch_alter_table('booking') as batch_op:
        batch_op.drop_column('revision')

    with op.batch_alter_table('visit_change') as batch_op:
        batch_op.drop_index('uq_visit_change_one_waiting', sqlite_where=sa.text("status = 'asked'"), postgresql_where=sa.text("status = 'asked'"))
        batch_op.drop_index(op.f('ix_visit_change_booking_id'))

    op.drop_table('visit_change')
    op.drop_table('pattern_exception')
    with op.batch_alter_table('pattern_slot') as batch_op:
        batch_op.drop_index(op.f('ix_pattern_slot_booking_id'))

    op.drop_table('pattern_slot')
    with op.batch_alter_table('pattern') as batch_op:
        batch_op.drop_index(op.f('ix_pattern_next_on'))

    op.drop_table('pattern')
    op.drop_table('calendar_feed')
