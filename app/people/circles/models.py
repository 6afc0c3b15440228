"""Who stands beside whom: supporters a person has named, and care managers' caseloads."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ColumnElement, ForeignKey, Index, String, Text, and_, or_, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base import clock
from app.base.columns import Base, Key, Moment, PublicId, stored_by_value
from app.people.accounts.models import Person
from app.people.circles.rules import (
    EVERY_POWER,
    WITH_AUTHORITY,
    AuthorityEvidence,
    CapacityEvidence,
    EndingEvidence,
    HelperKind,
    Power,
    powers_from,
)

_NO_PRIVATE_MONEY = " AND ".join(f"CAST({{}} AS TEXT) NOT LIKE '%\"{power}\"%'" for power in ("book", "decide"))
"""A list of powers, as kept, that spends no private money and decides nothing for the person."""


def only_where(condition: str) -> dict[str, Any]:
    """Keyword arguments that make an index cover only some rows, on both databases."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


def _books(context: Any) -> bool:
    """Who may book is told when nobody comes, unless the person says otherwise."""
    return Power.BOOK.value in (context.get_current_parameters().get("powers") or ())


class Support(Base):
    """One supporter named by one person, and what was granted. Ended, never deleted."""

    __tablename__ = "support"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    """Whose affairs these are."""
    supporter_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """Empty until the invitation is accepted."""
    invited_email: Mapped[str] = mapped_column(String(254))
    relation: Mapped[str] = mapped_column(String(60))
    """In the person's words: my sister, my advocate."""
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    """The person; a care manager only for somebody with authority over the money (``authority_seen_at``)."""
    kind: Mapped[HelperKind] = mapped_column(
        stored_by_value(HelperKind),
        default=HelperKind.FAMILY_OR_FRIEND,
        server_default=HelperKind.FAMILY_OR_FRIEND.value,
    )
    powers: Mapped[list[str]] = mapped_column(JSON)
    """What the person let them do."""
    ends_on: Mapped[date | None]
    """The last day on which it counts, where the person gave one."""
    code_hash: Mapped[str | None] = mapped_column(String(64))
    """Of the six figures the person tells the invited by word of mouth, where they come with another email address."""
    code_tries: Mapped[int] = mapped_column(default=0, server_default="0")
    is_told_when_missed: Mapped[bool] = mapped_column(default=_books)
    """Whether the person wants them told on the day when nobody comes to a visit at home."""
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    invited_at: Mapped[Moment]
    accepted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_because: Mapped[str | None] = mapped_column(Text)
    """Why somebody from the council ended it; the person and the supporter need no reason."""
    ended_evidence: Mapped[EndingEvidence | None] = mapped_column(stored_by_value(EndingEvidence))
    kind_before: Mapped[HelperKind | None] = mapped_column(stored_by_value(HelperKind, "helper_kind_before"))
    """As what the person chose them, before somebody noted an authority: it is what they are until a second has seen it."""
    authority: Mapped[AuthorityEvidence | None] = mapped_column(stored_by_value(AuthorityEvidence))
    """What shows that an attorney, deputy or appointee may act about money without being let."""
    authority_noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    authority_noted_at: Mapped[datetime | None]
    authority_seen_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """A second person of the council, who saw the paper too. It counts from then on, and not before."""
    authority_seen_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    supporter: Mapped[Person | None] = relationship(foreign_keys=[supporter_id])

    __table_args__ = (
        CheckConstraint("supporter_id <> person_id", name="nobody_supports_themselves"),
        CheckConstraint(
            "authority IS NULL OR kind IN ('attorney', 'deputy', 'appointee')",
            name="authority_is_of_a_kind_that_has_it",
        ),
        CheckConstraint(
            "authority_seen_at IS NULL OR (authority IS NOT NULL AND authority_seen_by_id IS NOT NULL"
            " AND authority_seen_by_id <> authority_noted_by_id AND authority_seen_by_id <> supporter_id)",
            name="authority_is_seen_by_a_second",
        ),
        # What was granted is never ambiguous: at most one grant in force between two people.
        Index("ix_support_in_force", "person_id", "supporter_id", unique=True, **only_where("ended_at IS NULL")),
    )

    @property
    def is_in_force(self) -> bool:
        """Whether the supporter may act now."""
        return self.accepted_at is not None and self.ended_at is None and not self.is_over

    @property
    def is_over(self) -> bool:
        """Whether its last day has passed."""
        return self.ends_on is not None and self.ends_on < clock.today()

    @property
    def counted_kind(self) -> HelperKind:
        """By what right they help now: what was noted counts once it was seen."""
        return self.kind if self.has_authority or self.kind_before is None else self.kind_before

    @property
    def has_authority(self) -> bool:
        """Whether two people of the council saw the paper that lets this attorney, deputy or appointee act."""
        return self.authority_seen_at is not None and self.kind in WITH_AUTHORITY

    @property
    def granted(self) -> frozenset[Power]:
        """What the supporter may do."""
        return EVERY_POWER if self.has_authority else powers_from(self.powers)


class CaseloadCover(Base):
    """One care manager who covers for a colleague of the same council between two days, both included."""

    __tablename__ = "caseload_cover"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    away_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    cover_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"))
    from_on: Mapped[date]
    until_on: Mapped[date]
    """The last day; it ends by itself after it."""
    named_at: Mapped[Moment]
    ended_at: Mapped[datetime | None]
    """When somebody ended it early."""
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    away: Mapped[Person] = relationship(foreign_keys=[away_id])
    cover: Mapped[Person] = relationship(foreign_keys=[cover_id])

    __table_args__ = (
        CheckConstraint("away_id <> cover_id", name="nobody_covers_for_themselves"),
        CheckConstraint("until_on >= from_on", name="runs_forward"),
    )


class CaseloadEntry(Base):
    """One person on one care manager's caseload, from a day and until a day."""

    __tablename__ = "caseload_entry"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    care_manager_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"))
    powers: Mapped[list[str]] = mapped_column(JSON)
    """What the person said yes to, or who decides for them; nothing at first."""
    decided: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """What recorded decisions about the person's capacity open: by power, the day on which it must be looked at again."""
    from_on: Mapped[date]
    ended_at: Mapped[datetime | None]
    opened_because: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    """Why a care manager opened it for themselves, as the person reads it; empty where nobody had to say."""
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    looked_over_at: Mapped[datetime | None]
    """When somebody else of the council looked at such an opening."""
    looked_over_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    was_right: Mapped[bool | None]
    """What they found."""
    not_right_because: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    cover_id: Mapped[int | None] = mapped_column(ForeignKey("caseload_cover.id"))
    """For whom this care manager stands in; empty on their own caseload."""
    until_on: Mapped[date | None]
    """The last day of a cover."""

    care_manager: Mapped[Person] = relationship(foreign_keys=[care_manager_id])
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    opened_by: Mapped[Person | None] = relationship(foreign_keys=[opened_by_id])
    cover: Mapped[CaseloadCover | None] = relationship()

    __table_args__ = (
        CheckConstraint(
            "looked_over_by_id IS NULL OR (looked_over_by_id <> opened_by_id AND looked_over_by_id <> care_manager_id"
            " AND looked_over_by_id <> person_id)",
            name="looked_over_by_another",
        ),
        CheckConstraint(
            "(looked_over_at IS NULL) = (looked_over_by_id IS NULL) AND (looked_over_at IS NULL) = (was_right IS NULL)",
            name="looked_over_whole",
        ),
        CheckConstraint("was_right IS NULL OR was_right OR not_right_because <> ''", name="not_right_because"),
        CheckConstraint(
            "(cover_id IS NULL) = (until_on IS NULL) AND (until_on IS NULL OR until_on >= from_on)", name="a_cover_ends"
        ),
        CheckConstraint(_NO_PRIVATE_MONEY.format(*2 * ["powers"]), name="council_staff_spend_no_private_money"),
        CheckConstraint(_NO_PRIVATE_MONEY.format(*2 * ["decided"]), name="decisions_open_no_private_money"),
        Index(
            "ix_caseload_entry_in_force",
            "care_manager_id",
            "person_id",
            "council_id",
            unique=True,
            **only_where("ended_at IS NULL AND cover_id IS NULL"),
        ),
        Index(
            "ix_caseload_entry_covered",
            "cover_id",
            "person_id",
            unique=True,
            **only_where("ended_at IS NULL AND cover_id IS NOT NULL"),
        ),
    )

    @staticmethod
    def holds() -> ColumnElement[bool]:
        """The same as :attr:`is_in_force`, for queries."""
        today = clock.today()
        return and_(
            CaseloadEntry.ended_at.is_(None),
            or_(
                CaseloadEntry.cover_id.is_(None),
                and_(CaseloadEntry.from_on <= today, CaseloadEntry.until_on >= today),
            ),
        )

    @property
    def granted(self) -> frozenset[Power]:
        """What the care manager may do: by the person's yes, or by a decision whose day of review has not come."""
        today = clock.today().isoformat()
        return powers_from([*self.powers, *(power for power, review in self.decided.items() if today < review)])

    @property
    def is_in_force(self) -> bool:
        """Whether it has not ended; a cover holds from its first day to its last."""
        is_its_time = self.until_on is None or self.from_on <= clock.today() <= self.until_on
        return self.ended_at is None and is_its_time


class AskedPower(Base):
    """One thing a care manager asked to be let do, and what the person said to it."""

    __tablename__ = "asked_power"

    id: Mapped[Key]
    entry_id: Mapped[int] = mapped_column(ForeignKey("caseload_entry.id"))
    power: Mapped[Power] = mapped_column(stored_by_value(Power))
    why: Mapped[str] = mapped_column(Text)
    """In the care manager's words, as the person reads it."""
    asked_at: Mapped[Moment]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    is_granted: Mapped[bool | None]

    entry: Mapped[CaseloadEntry] = relationship()

    __table_args__ = (
        CheckConstraint("answered_by_id <> asked_by_id", name="nobody_answers_themselves"),
        CheckConstraint("power NOT IN ('book', 'decide')", name="council_staff_ask_for_no_private_money"),
        CheckConstraint("(answered_at IS NULL) = (is_granted IS NULL)", name="answered_whole"),
        Index("ix_asked_power_waiting", "entry_id", "power", unique=True, **only_where("answered_at IS NULL")),
    )


class CapacityDecision(Base):
    """That a person cannot decide one named thing themselves, and what was decided instead. Counts once a second agreed."""

    __tablename__ = "capacity_decision"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    entry_id: Mapped[int] = mapped_column(ForeignKey("caseload_entry.id"), index=True)
    powers: Mapped[list[str]] = mapped_column(JSON)
    which_decision: Mapped[str] = mapped_column(Text)
    help_tried: Mapped[str] = mapped_column(Text)
    """What was tried first so that the person could decide."""
    least_restriction: Mapped[str] = mapped_column(Text)
    """Why nothing that leaves the person freer would do."""
    decided_by_name: Mapped[str] = mapped_column(String(120))
    decided_by_role: Mapped[str] = mapped_column(String(120))
    evidence: Mapped[CapacityEvidence] = mapped_column(stored_by_value(CapacityEvidence))
    review_on: Mapped[date]
    """It opens nothing from this day on, unless it was made anew."""
    made_at: Mapped[Moment]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    agreed_at: Mapped[datetime | None]
    agreed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    entry: Mapped[CaseloadEntry] = relationship()
    made_by: Mapped[Person] = relationship(foreign_keys=[made_by_id])
    agreed_by: Mapped[Person | None] = relationship(foreign_keys=[agreed_by_id])

    __table_args__ = (
        CheckConstraint("agreed_by_id <> made_by_id", name="never_one_alone"),
        CheckConstraint(
            _NO_PRIVATE_MONEY.format(*2 * ["powers"]) + " AND CAST(powers AS TEXT) NOT LIKE '%\"see_money\"%'",
            name="opens_no_private_money",
        ),
    )

    @property
    def is_in_force(self) -> bool:
        """Whether a second agreed to it, nobody ended it and its day of review has not come."""
        return self.agreed_at is not None and self.ended_at is None and clock.today() < self.review_on
