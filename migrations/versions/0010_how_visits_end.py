"""How visits end: the record of each, disputes, hours saved, and files of visits.

A visit may end in five more ways. SQLite rebuilds the table of visits to widen its CHECK; the rest are new tables.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OLD = ("planned", "delivered", "cancelled_in_time", "cancelled_late", "declined", "lapsed", "missed")
NEW = (*OLD, "part_delivered", "refused", "unused", "frustrated", "saved")


def _endings(names: tuple[str, ...]) -> None:
    allowed = ", ".join(f"'{name}'" for name in names)
    with op.batch_alter_table("visit") as batch_op:
        batch_op.drop_constraint(op.f("ck_visit_visit_status"), type_="check")
        batch_op.create_check_constraint(op.f("ck_visit_visit_status"), f"status IN ({allowed})")


def upgrade() -> None:
    """Widen the endings and add the tables."""
    _endings(NEW)
    op.create_table('visit_upload',
    sa.Column('id', BIG, nullable=False),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.Column('provider_id', BIG, nullable=False),
    sa.Column('by_id', BIG, nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('layout', sa.String(length=20), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('file_reference', sa.String(length=60), nullable=True),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_visit_upload_by_id_person')),
    sa.ForeignKeyConstraint(['provider_id'], ['provider.id'], name=op.f('fk_visit_upload_provider_id_provider')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visit_upload')),
    sa.UniqueConstraint('provider_id', 'digest', name=op.f('uq_visit_upload_provider_id_digest')),
    sa.UniqueConstraint('provider_id', 'file_reference', name=op.f('uq_visit_upload_provider_id_file_reference')),
    sa.UniqueConstraint('public_id', name=op.f('uq_visit_upload_public_id'))
    )
    with op.batch_alter_table('visit_upload') as batch_op:
        batch_op.create_index('ix_visit_upload_provider', ['provider_id', 'at'], unique=False)

    op.create_table('dispute',
    sa.Column('id', BIG, nullable=False),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.Column('visit_id', BIG, nullable=False),
    sa.Column('status', sa.Enum('open', 'answered', 'agreed', 'withdrawn', 'decided', name='dispute_status', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('claim', sa.Enum('did_not_come', 'other_times', name='claim', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('says_came_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('says_left_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('raised_by_id', BIG, nullable=False),
    sa.Column('raised_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('waiting_pence', BIG, nullable=False),
    sa.Column('answer_words', sa.Text(), nullable=True),
    sa.Column('answered_by_id', BIG, nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('stands_came_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('stands_left_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_words', sa.Text(), nullable=True),
    sa.Column('closed_by_id', BIG, nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(closed_at IS NULL) = (status IN ('open', 'answered'))", name=op.f('ck_dispute_closed_when_settled')),
    sa.CheckConstraint('waiting_pence >= 0', name=op.f('ck_dispute_waiting_is_not_negative')),
    sa.ForeignKeyConstraint(['answered_by_id'], ['person.id'], name=op.f('fk_dispute_answered_by_id_person')),
    sa.ForeignKeyConstraint(['closed_by_id'], ['person.id'], name=op.f('fk_dispute_closed_by_id_person')),
    sa.ForeignKeyConstraint(['raised_by_id'], ['person.id'], name=op.f('fk_dispute_raised_by_id_person')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_dispute_visit_id_visit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dispute')),
    sa.UniqueConstraint('public_id', name=op.f('uq_dispute_public_id'))
    )
    with op.batch_alter_table('dispute') as batch_op:
        batch_op.create_index('ix_dispute_standing', ['visit_id'], unique=True, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
        batch_op.create_index('ix_dispute_visit', ['visit_id', 'id'], unique=False)

    op.create_table('saved_hours',
    sa.Column('id', BIG, nullable=False),
    sa.Column('public_id', sa.String(length=20), nullable=False),
    sa.Column('visit_id', BIG, nullable=False),
    sa.Column('person_id', BIG, nullable=False),
    sa.Column('provider_id', BIG, nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('saved_by_id', BIG, nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('spent_on_id', BIG, nullable=True),
    sa.CheckConstraint('minutes > 0', name=op.f('ck_saved_hours_some_minutes')),
    sa.CheckConstraint('spent_on_id IS NULL OR ended_at IS NOT NULL', name=op.f('ck_saved_hours_spent_hours_are_ended')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_saved_hours_person_id_person')),
    sa.ForeignKeyConstraint(['provider_id'], ['provider.id'], name=op.f('fk_saved_hours_provider_id_provider')),
    sa.ForeignKeyConstraint(['saved_by_id'], ['person.id'], name=op.f('fk_saved_hours_saved_by_id_person')),
    sa.ForeignKeyConstraint(['spent_on_id'], ['booking.id'], name=op.f('fk_saved_hours_spent_on_id_booking')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_saved_hours_visit_id_visit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_hours')),
    sa.UniqueConstraint('public_id', name=op.f('uq_saved_hours_public_id')),
    sa.UniqueConstraint('visit_id', name=op.f('uq_saved_hours_visit_id'))
    )
    with op.batch_alter_table('saved_hours') as batch_op:
        batch_op.create_index('ix_saved_hours_person', ['person_id', 'provider_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_saved_hours_provider_id'), ['provider_id'], unique=False)

    op.create_table('upload_row',
    sa.Column('id', BIG, nullable=False),
    sa.Column('upload_id', BIG, nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('fate', sa.Enum('recorded', 'unchanged', 'unmatched', 'refused', 'unreadable', name='fate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('words', sa.String(length=400), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('visit_id', BIG, nullable=True),
    sa.Column('looked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('looked_by_id', BIG, nullable=True),
    sa.ForeignKeyConstraint(['looked_by_id'], ['person.id'], name=op.f('fk_upload_row_looked_by_id_person')),
    sa.ForeignKeyConstraint(['upload_id'], ['visit_upload.id'], name=op.f('fk_upload_row_upload_id_visit_upload')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_upload_row_visit_id_visit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_upload_row')),
    sa.UniqueConstraint('upload_id', 'line', name=op.f('uq_upload_row_upload_id_line'))
    )
    with op.batch_alter_table('upload_row') as batch_op:
        batch_op.create_index(batch_op.f('ix_upload_row_visit_id'), ['visit_id'], unique=False)

    op.create_table('visit_clock',
    sa.Column('visit_id', BIG, nullable=False),
    sa.Column('came_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('came_by_id', BIG, nullable=True),
    sa.Column('wrong_codes', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['came_by_id'], ['person.id'], name=op.f('fk_visit_clock_came_by_id_person')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_visit_clock_visit_id_visit')),
    sa.PrimaryKeyConstraint('visit_id', name=op.f('pk_visit_clock'))
    )
    op.create_table('visit_record',
    sa.Column('id', BIG, nullable=False),
    sa.Column('visit_id', BIG, nullable=False),
    sa.Column('is_current', sa.Boolean(), nullable=False),
    sa.Column('ending', sa.Enum('planned', 'delivered', 'cancelled_in_time', 'cancelled_late', 'declined', 'lapsed', 'missed', 'part_delivered', 'refused', 'unused', 'frustrated', 'saved', name='visitstatus', native_enum=False, length=40), nullable=False),
    sa.Column('came_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('how', sa.Enum('as_planned', 'typed', 'code', 'uploaded', 'said', 'decided', name='how', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('planned_minutes', sa.Integer(), nullable=False),
    sa.Column('delivered_minutes', sa.Integer(), nullable=False),
    sa.Column('charged_minutes', sa.Integer(), nullable=False),
    sa.Column('charged_pence', BIG, nullable=False),
    sa.Column('is_short_but_full', sa.Boolean(), nullable=False),
    sa.Column('lines', sa.JSON(), nullable=False),
    sa.Column('rule', sa.String(length=300), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('by_id', BIG, nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('(came_at IS NULL) = (left_at IS NULL)', name=op.f('ck_visit_record_both_times_or_none')),
    sa.CheckConstraint('charged_minutes <= planned_minutes', name=op.f('ck_visit_record_no_more_charged_than_planned')),
    sa.CheckConstraint('delivered_minutes >= 0 AND charged_minutes >= 0', name=op.f('ck_visit_record_minutes_are_not_negative')),
    sa.CheckConstraint('left_at > came_at', name=op.f('ck_visit_record_left_after_coming')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_visit_record_by_id_person')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_visit_record_visit_id_visit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visit_record'))
    )
    with op.batch_alter_table('visit_record') as batch_op:
        batch_op.create_index('ix_visit_record_current', ['visit_id'], unique=True, sqlite_where=sa.text('is_current'), postgresql_where=sa.text('is_current'))
        batch_op.create_index('ix_visit_record_visit', ['visit_id', 'id'], unique=False)

    _record_what_ended()


def _record_what_ended() -> None:
    """Visits that ended before there were records went as planned, or not at all: nobody was asked for times."""
    lasted = (
        "CAST(ROUND((JULIANDAY(ends_at) - JULIANDAY(starts_at)) * 1440) AS INTEGER)"
        if op.get_bind().dialect.name == "sqlite"
        else "CAST(EXTRACT(EPOCH FROM ends_at - starts_at) / 60 AS INTEGER)"
    )
    op.execute(
        "INSERT INTO visit_record (visit_id, is_current, ending, how, planned_minutes, delivered_minutes,"
        " charged_minutes, charged_pence, is_short_but_full, lines, rule, words, by_id, at)"
        f" SELECT id, true, status, 'as_planned', {lasted}, CASE status WHEN 'delivered' THEN {lasted} ELSE 0 END,"
        f" CASE WHEN charged_pence > 0 THEN {lasted} ELSE 0 END, charged_pence, false, price_lines,"
        " 'Recorded before times were asked for', '', settled_by_id, settled_at FROM visit"
        " WHERE status IN ('delivered', 'cancelled_late', 'missed') AND settled_by_id IS NOT NULL"
        " AND settled_at IS NOT NULL"
    )


def downgrade() -> None:
    """As it was; refused by the CHECK while a visit has one of the new endings."""
    op.drop_table("visit_record")
    op.drop_table("visit_clock")
    op.drop_table("upload_row")
    op.drop_table("saved_hours")
    op.drop_table("dispute")
    op.drop_table("visit_upload")
    _endings(OLD)
