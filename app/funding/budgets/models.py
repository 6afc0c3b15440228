"""Personal budgets and their history, the pots they are paid into, agreements, and spending told to us afterwards."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    and_,
    or_,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base import clock
from app.base.columns import Base, Key, Moment, Pence, PublicId, stored_by_value
from app.funding.budgets.rules.choices import IN_FORCE, WAITING, ChoiceStatus
from app.funding.budgets.rules.kinds import BudgetStatus, DecisionKind, PotKind
from app.market.providers.models import Provider
from app.people.accounts.models import Person
from app.people.circles.models import only_where
from app.platform.ledger.models import LedgerAccount


def _one_of(name: str, statuses: frozenset[ChoiceStatus]) -> Index:
    """At most one choice of a person's council money that stands like this."""
    where = "status IN ({})".format(", ".join(f"'{one}'" for one in sorted(statuses)))
    return Index(f"uq_money_choice_one_{name}", "person_id", "council_id", unique=True, **only_where(where))


class PersonalBudget(Base):
    """The yearly money agreed for a person's eligible needs: always three numbers together."""

    __tablename__ = "personal_budget"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"), index=True)
    status: Mapped[BudgetStatus] = mapped_column(stored_by_value(BudgetStatus))
    year_starts_on: Mapped[date]
    total_pence: Mapped[Pence]
    contribution_pence: Mapped[Pence]
    """What the person is assessed to pay towards it."""
    council_share_pence: Mapped[Pence]
    contingency_pence: Mapped[Pence] = mapped_column(default=0, server_default="0")
    """Kept back for an expected bad spell: part of the total, in no period, released when it is needed."""
    contingency_used_pence: Mapped[Pence] = mapped_column(default=0, server_default="0")
    agreed_at: Mapped[datetime | None]
    agreed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    __table_args__ = (
        UniqueConstraint("person_id", "council_id", "year_starts_on"),
        CheckConstraint("total_pence = contribution_pence + council_share_pence", name="three_numbers_agree"),
        CheckConstraint("contribution_pence >= 0 AND council_share_pence >= 0", name="parts_are_not_negative"),
        CheckConstraint(
            "contingency_used_pence >= 0 AND contingency_used_pence <= contingency_pence"
            " AND contingency_pence <= total_pence",
            name="contingency_is_part_of_it",
        ),
    )


class BudgetVersion(Base):
    """A budget as it stood from one moment until the next version. Only ever added; the database refuses the rest."""

    __tablename__ = "budget_version"

    id: Mapped[Key]
    personal_budget_id: Mapped[int] = mapped_column(ForeignKey("personal_budget.id"))
    number: Mapped[int]
    """1 for the first."""
    status: Mapped[BudgetStatus] = mapped_column(stored_by_value(BudgetStatus))
    total_pence: Mapped[Pence]
    contribution_pence: Mapped[Pence]
    contingency_pence: Mapped[Pence]
    pots: Mapped[dict[str, Any]] = mapped_column(JSON)
    """How the money was managed: pence of the year by kind."""
    reason: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[Moment]
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Nobody, when the year simply ended."""

    changed_by: Mapped[Person | None] = relationship()

    __table_args__ = (UniqueConstraint("personal_budget_id", "number"),)


class Pot(Base):
    """A part of somebody's money with one way of managing it. A person may have several at once."""

    __tablename__ = "pot"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[PotKind] = mapped_column(stored_by_value(PotKind))
    name: Mapped[str] = mapped_column(String(80))
    council_id: Mapped[int | None] = mapped_column(ForeignKey("council.id"))
    """Whose money it is when it is a council's; empty for own money."""
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id"))
    """Who holds an individual service fund."""
    agent_name: Mapped[str | None] = mapped_column(String(120))
    """Who holds an indirect payment for the person: a relative, a trust. In words; they open nothing."""
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """Their account, which alone may spend it besides the person; empty until the person says which it is."""
    account_id: Mapped[int] = mapped_column(ForeignKey("ledger_account.id"), unique=True)
    opened_at: Mapped[Moment]
    closed_at: Mapped[datetime | None]

    account: Mapped[LedgerAccount] = relationship()
    agent: Mapped[Person | None] = relationship(foreign_keys=[agent_id])

    __table_args__ = (
        CheckConstraint("(kind = 'own_money') = (council_id IS NULL)", name="council_money_names_its_council"),
        CheckConstraint("agent_id IS NULL OR kind = 'indirect_payment'", name="only_what_somebody_holds_has_an_agent"),
        CheckConstraint("agent_id <> person_id", name="nobody_is_their_own_agent"),
        Index(
            "uq_pot_one_of_own_money",
            "person_id",
            unique=True,
            sqlite_where=kind == PotKind.OWN_MONEY,
            postgresql_where=kind == PotKind.OWN_MONEY,
        ),
    )


class PotRelease(Base):
    """One four-week period's money for one pot: planned, then released once, on or after its day."""

    __tablename__ = "pot_release"

    id: Mapped[Key]
    pot_id: Mapped[int] = mapped_column(ForeignKey("pot.id"))
    personal_budget_id: Mapped[int] = mapped_column(ForeignKey("personal_budget.id"), index=True)
    period: Mapped[int]
    """1 to 13."""
    due_on: Mapped[date]
    amount_pence: Mapped[Pence]
    forward_pence: Mapped[Pence] = mapped_column(default=0, server_default="0")
    """What of it was brought forward and so arrived before its day."""
    released_at: Mapped[datetime | None]
    settles_on: Mapped[date | None]
    """The day on which unspent money of this period is looked at, by the council's rule on the period's first day."""
    settled_at: Mapped[datetime | None]
    went_back_pence: Mapped[Pence] = mapped_column(default=0, server_default="0")
    """What went back to the council then; noted at the last of the periods settled together."""
    spared_pence: Mapped[Pence] = mapped_column(default=0, server_default="0")
    """What would have gone back then had it not been set aside or spent outside; see :class:`SparedMoney`."""

    pot: Mapped[Pot] = relationship()
    budget: Mapped[PersonalBudget] = relationship()

    __table_args__ = (
        UniqueConstraint("pot_id", "personal_budget_id", "period"),
        CheckConstraint("period BETWEEN 1 AND 13", name="thirteen_periods"),
        CheckConstraint("amount_pence > 0", name="amount_is_positive"),
        CheckConstraint("forward_pence >= 0 AND forward_pence <= amount_pence", name="no_more_forward_than_there_is"),
        CheckConstraint("settled_at IS NULL OR released_at IS NOT NULL", name="released_before_it_is_settled"),
        # What the nightly run looks for.
        Index("ix_pot_release_to_release", "due_on", **only_where("released_at IS NULL")),
        Index("ix_pot_release_to_settle", "settles_on", **only_where("settled_at IS NULL")),
    )


class SparedMoney(Base):
    """Money that was set aside, or told to be spent outside, when a period was settled: when it comes free it is unspent.

    Otherwise a request at 23:59:59 that is called off at 00:00:01 would carry any amount over. The row goes when that is
    known, or when the money is looked at with a later period.
    """

    __tablename__ = "spared_money"

    id: Mapped[Key]
    pot_release_id: Mapped[int] = mapped_column(ForeignKey("pot_release.id"))
    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"), index=True)
    """The hold, or the payment outside."""
    is_over: Mapped[bool] = mapped_column(default=False, server_default="false")
    """The budget was ended: whatever comes free goes back, and no later period looks at it."""

    release: Mapped[PotRelease] = relationship()

    __table_args__ = (UniqueConstraint("pot_release_id", "transfer_id"),)


class UnspentTalk(Base):
    """Money that was not used: a reason to talk with the person. Nothing goes back to the council before the talk is noted.

    One is open for a pot at most: what is found unused later is added to it.
    """

    __tablename__ = "unspent_talk"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"))
    pot_id: Mapped[int] = mapped_column(ForeignKey("pot.id"))
    pot_release_id: Mapped[int] = mapped_column(ForeignKey("pot_release.id"))
    """The last of the periods that had ended."""
    pence: Mapped[Pence]
    """What was not used."""
    goes_back: Mapped[bool]
    """Whether the council's rule would send it back; otherwise it stays whatever is said, unless the person agrees."""
    opened_at: Mapped[Moment]
    said: Mapped[str] = mapped_column(Text, default="")
    """What the person, or somebody who may spend for them, says about it."""
    said_at: Mapped[datetime | None]
    said_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    talked_on: Mapped[date | None]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    back_pence: Mapped[Pence] = mapped_column(default=0, server_default="0")
    """What went back after it."""
    person_agreed: Mapped[bool] = mapped_column(default=False, server_default="false")
    reason: Mapped[str] = mapped_column(Text, default="")

    pot: Mapped[Pot] = relationship()
    release: Mapped[PotRelease] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    said_by: Mapped[Person | None] = relationship(foreign_keys=[said_by_id])
    closed_by: Mapped[Person | None] = relationship(foreign_keys=[closed_by_id])

    __table_args__ = (
        CheckConstraint("pence > 0 AND back_pence >= 0 AND back_pence <= pence", name="no_more_back_than_unused"),
        CheckConstraint(
            "closed_at IS NOT NULL AND closed_by_id IS NOT NULL AND talked_on IS NOT NULL AND reason <> ''"
            " OR closed_at IS NULL AND back_pence = 0",
            name="nothing_back_before_the_talk",
        ),
        CheckConstraint("goes_back OR person_agreed OR back_pence = 0", name="what_may_stay_goes_by_agreement"),
        Index("uq_unspent_talk_one_open", "pot_id", unique=True, **only_where("closed_at IS NULL")),
    )


class OneOffAgreement(Base):
    """The council's signed leave to pay somebody from money that may otherwise not pay them, for one person."""

    __tablename__ = "one_off_agreement"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"))
    money: Mapped[PotKind] = mapped_column(
        stored_by_value(PotKind), default=PotKind.COUNCIL_MANAGED, server_default=PotKind.COUNCIL_MANAGED.value
    )
    """Which money it opens: what the council looks after, or a fund whose holder may buy from this provider."""
    kind: Mapped[str | None] = mapped_column(String(40))
    """The kind of support it is for; any when empty."""
    reason: Mapped[str] = mapped_column(Text, default="")
    signed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    from_on: Mapped[date]
    until_on: Mapped[date]
    ended_at: Mapped[datetime | None]
    """When somebody ended it early; from that moment it opens nothing new."""
    outcomes: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    """What it is for, as the person reads it; empty where it was signed before anybody asked."""
    needs_yes: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Whether it counts with the person's yes only; those signed before anybody asked them go on to count."""
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """The person, or a supporter they let decide."""
    is_agreed: Mapped[bool | None]

    provider: Mapped[Provider] = relationship()
    signed_by: Mapped[Person] = relationship(foreign_keys=[signed_by_id])

    __table_args__ = (
        CheckConstraint(
            "(answered_at IS NULL) = (answered_by_id IS NULL) AND (answered_at IS NULL) = (is_agreed IS NULL)",
            name="answered_whole",
        ),
        CheckConstraint("answered_by_id IS NULL OR answered_by_id <> signed_by_id", name="answered_by_another"),
        CheckConstraint("NOT needs_yes OR outcomes <> ''", name="says_what_for"),
        CheckConstraint("until_on >= from_on", name="runs_forward"),
        CheckConstraint("money IN ('council_managed', 'individual_service_fund')", name="money_that_needs_one"),
    )

    @staticmethod
    def counts() -> ColumnElement[bool]:
        """That nobody ended it, and the person said yes where their yes is needed."""
        return and_(
            OneOffAgreement.ended_at.is_(None),
            or_(~OneOffAgreement.needs_yes, OneOffAgreement.is_agreed.is_(True)),
        )

    @property
    def waits_for_yes(self) -> bool:
        """Whether the person has still to say yes or no."""
        is_open = self.ended_at is None and self.until_on >= clock.today()
        return self.needs_yes and self.answered_at is None and is_open


class MoneyDecision(Base):
    """Money moved, released from the contingency or brought forward: who did it and why. Only ever added."""

    __tablename__ = "money_decision"

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(64), unique=True)
    """Made with the form: a second click is the same decision."""
    kind: Mapped[DecisionKind] = mapped_column(stored_by_value(DecisionKind))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    from_pot_id: Mapped[int | None] = mapped_column(ForeignKey("pot.id"))
    into_pot_id: Mapped[int] = mapped_column(ForeignKey("pot.id"))
    pence: Mapped[Pence]
    reason: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[Moment]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    decided_by: Mapped[Person] = relationship(foreign_keys=[decided_by_id])

    __table_args__ = (CheckConstraint("pence > 0", name="pence_is_positive"),)


class MoneyChoice(Base):
    """How a person chose to have a council's money looked after. What was chosen is never rewritten; a new choice is a new row."""

    __tablename__ = "money_choice"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    key: Mapped[str] = mapped_column(String(64), unique=True)
    """Made with the form: a second click is the same choice."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"))
    shares: Mapped[dict[str, int]] = mapped_column(JSON)
    """By way, its part of the whole as a weight: percents, or the year's pence where it was so before."""
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id"), index=True)
    """Who is asked to hold a fund."""
    agent_name: Mapped[str | None] = mapped_column(String(120))
    """Who holds an indirect payment."""
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """The account of whoever holds it, where they have one."""
    words: Mapped[str] = mapped_column(Text, default="")
    """In the person's own words."""
    status: Mapped[ChoiceStatus] = mapped_column(stored_by_value(ChoiceStatus))
    chosen_at: Mapped[Moment]
    chosen_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """The person, or a helper they chose; nobody where it was so before anybody asked."""
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who of the provider's staff answered."""
    fee_percent: Mapped[int | None]
    """What the provider said it takes for holding the fund, in percent."""
    answer_words: Mapped[str] = mapped_column(Text, default="")
    enacted_at: Mapped[datetime | None]
    enacted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    """When it was withdrawn or another choice took its place."""

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    chosen_by: Mapped[Person | None] = relationship(foreign_keys=[chosen_by_id])
    provider: Mapped[Provider | None] = relationship()

    __table_args__ = (
        CheckConstraint(
            "chosen_by_id IS NOT NULL OR status IN ('as_before', 'replaced')",
            name="somebody_chose_unless_it_was_so_before",
        ),
        CheckConstraint("status != 'as_before' OR chosen_by_id IS NULL", name="as_before_nobody_chose"),
        CheckConstraint("fee_percent BETWEEN 0 AND 100", name="fee_is_a_percent"),
        CheckConstraint("status != 'accepted' OR fee_percent IS NOT NULL", name="accepted_with_its_fee"),
        CheckConstraint("status != 'enacted' OR enacted_by_id IS NOT NULL", name="somebody_enacted"),
        _one_of("waiting", WAITING),
        _one_of("in_force", IN_FORCE),
    )


class OutsideSpending(Base):
    """Money spent where we cannot see, told to us afterwards. Taken back by another entry, never removed."""

    __tablename__ = "outside_spending"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    key: Mapped[str] = mapped_column(String(64), unique=True)
    """Made with the form: a second click is the same spending."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    pot_id: Mapped[int] = mapped_column(ForeignKey("pot.id"))
    spent_on: Mapped[date]
    paid_to: Mapped[str] = mapped_column(String(120))
    paid_for: Mapped[str] = mapped_column(String(200))
    pence: Mapped[Pence]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[Moment]
    taken_back_at: Mapped[datetime | None]

    pot: Mapped[Pot] = relationship()
    recorded_by: Mapped[Person] = relationship(foreign_keys=[recorded_by_id])

    __table_args__ = (CheckConstraint("pence > 0", name="pence_is_positive"),)


class Receipt(Base):
    """The photo or PDF that came with spending from outside. Kept with it, read only by whoever may see the money."""

    __tablename__ = "receipt"

    spending_id: Mapped[int] = mapped_column(ForeignKey("outside_spending.id"), primary_key=True, autoincrement=False)
    media_type: Mapped[str] = mapped_column(String(40))
    content: Mapped[bytes] = mapped_column(LargeBinary)
