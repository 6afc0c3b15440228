"""People and how they sign in. Cares about no council, provider or budget beyond whose role is whose."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base.columns import Base, Key, Moment, PublicId, stored_by_value
from app.people.accounts.rules import COUNCIL_ROLES, Role, StaffDuty, TokenPurpose


def _all_duties_of_staff(context: Any) -> list[str] | None:
    """Of a role at a provider, nobody said less: all that is done there. Other roles have none."""
    role = context.get_current_parameters()["role"]
    return [duty.value for duty in StaffDuty] if role == Role.PROVIDER_STAFF else None


class Person(Base):
    """Anybody with an account: budget holders, self-funders, supporters, staff of providers and councils."""

    __tablename__ = "person"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    email: Mapped[str] = mapped_column(String(254), unique=True)
    """Lower case; a person who cannot be written to has none of their own and cannot sign in."""
    full_name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    session_key: Mapped[str] = mapped_column(String(40))
    """Part of the sign-in cookie; changing it ends every session of this person."""
    council_id: Mapped[int | None] = mapped_column(ForeignKey("council.id"), index=True)
    """The council that pays for this person's support, or will: changed only by agreement of the councils."""
    postcode: Mapped[str | None] = mapped_column(String(8), index=True)
    shops_in_id: Mapped[int | None] = mapped_column(ForeignKey("council.id"))
    """The council in which the postcode lies: where they shop. Which council pays is another matter (``council_id``)."""
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Moment]
    email_confirmed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    """Since when nothing new is booked, released or written for them: somebody reported that they have died."""

    grants: Mapped[list["RoleGrant"]] = relationship(back_populates="person", foreign_keys="RoleGrant.person_id")

    __table_args__ = (CheckConstraint("email = lower(email)", name="email_is_lower_case"),)

    @property
    def current_grants(self) -> "list[RoleGrant]":
        """The roles held now."""
        return [grant for grant in self.grants if grant.ended_at is None]

    # What Flask-Login asks of whoever is signed in.
    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        """Whether this account may sign in at all."""
        return self.closed_at is None

    def get_id(self) -> str:
        """What the sign-in cookie begins with: ``public_id.session_key``."""
        return f"{self.public_id}.{self.session_key}"

    def has_role(self, role: Role) -> bool:
        """Whether this person holds the role now, anywhere."""
        return any(grant.role == role for grant in self.current_grants)

    def council_ids_as(self, *roles: Role) -> set[int]:
        """The councils at which this person holds any of these roles now."""
        return {g.council_id for g in self.current_grants if g.role in roles and g.council_id is not None}

    @property
    def provider_ids(self) -> set[int]:
        """The providers for which this person may act."""
        grants = self.current_grants
        return {g.provider_id for g in grants if g.role == Role.PROVIDER_STAFF and g.provider_id is not None}

    def provider_ids_to(self, duty: StaffDuty) -> set[int]:
        """The providers for which this person may do this."""
        return {g.provider_id for g in self.current_grants if g.provider_id is not None and duty in (g.duties or ())}


class RoleGrant(Base):
    """One role of one person, at one council or provider where the role needs one. Ended, never deleted."""

    __tablename__ = "role_grant"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[Role] = mapped_column(stored_by_value(Role))
    council_id: Mapped[int | None] = mapped_column(ForeignKey("council.id"), index=True)
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id"), index=True)
    duties: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True), default=_all_duties_of_staff)
    """What they do at the provider (of ``StaffDuty``); empty for every other role."""
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[Moment]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(back_populates="grants", foreign_keys=[person_id])

    __table_args__ = (
        # A role without its place would open every council's door.
        CheckConstraint(
            f"(role IN ({', '.join(repr(str(role)) for role in sorted(COUNCIL_ROLES))})) = (council_id IS NOT NULL)",
            name="council_roles_name_their_council",
        ),
        CheckConstraint("(role = 'provider_staff') = (provider_id IS NOT NULL)", name="staff_name_their_provider"),
        CheckConstraint("(role = 'provider_staff') = (duties IS NOT NULL)", name="staff_have_duties"),
    )


class EndedSignIn(Base):
    """A sign-in that was ended by signing out: a copy of its cookie opens nothing any more.

    Kept until no such cookie would be taken anyway.
    """

    __tablename__ = "ended_sign_in"

    id: Mapped[Key]
    sign_in_hash: Mapped[str] = mapped_column(String(64), unique=True)
    until: Mapped[Moment] = mapped_column(index=True)


class EmailToken(Base):
    """A link sent by email: kept as a hash, works once, expires."""

    __tablename__ = "email_token"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    purpose: Mapped[TokenPurpose] = mapped_column(stored_by_value(TokenPurpose))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    used_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_email_token_person", "person_id", "purpose", "made_at"),)


class SignInAttempt(Base):
    """A failed sign-in, counted by hashed account and hashed network address; old rows are swept away."""

    __tablename__ = "sign_in_attempt"

    id: Mapped[Key]
    account_hash: Mapped[str] = mapped_column(String(64))
    address_hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[Moment]

    __table_args__ = (
        Index("ix_sign_in_attempt_account", "account_hash", "at"),
        Index("ix_sign_in_attempt_address", "address_hash", "at"),
    )
