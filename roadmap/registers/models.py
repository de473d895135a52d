"""People in the registers, their consents, mentorships, and the append-only history of all of them."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from roadmap.access import Tenant
from roadmap.accounts.models import User
from roadmap.database import Base, new_id
from roadmap.language import initials
from roadmap.registers import register
from roadmap.registers.register import alias
from roadmap.registers.words import Basis, ConsentKind, MentoringKind, MentorshipState, PersonKind, form_label
from roadmap.schools.models import School


class Participant(Tenant, Base):
    """A person in a school's registers: a mentor, a mentee, or both.

    Only what the official bases ask for (dossier §4.3, §4.4): the birth year and not the date, no passport, no address.
    """

    __tablename__ = "participant"
    __table_args__ = (
        UniqueConstraint("school_id", "number"),
        Index(None, "school_id", "sort_key", "id"),
        Index(None, "municipality_id", "sort_key", "id"),
        # A search reads all names of a municipality: from this index alone.
        Index("ix_participant_names", "municipality_id", "search_key", "hidden_since", "id"),
        CheckConstraint("birth_year IS NULL OR birth_year BETWEEN 1900 AND 2100", name="birth_year"),
    )
    PARAMETER: ClassVar[str] = "participant"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"))
    school_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("school.id"))
    number: Mapped[int]
    full_name: Mapped[str] = mapped_column(String(200))
    sort_key: Mapped[str] = mapped_column(String(220))
    search_key: Mapped[str] = mapped_column(String(220))
    kind: Mapped[str] = mapped_column(String(20))
    birth_year: Mapped[int | None]
    sex: Mapped[str | None] = mapped_column(String(6))
    employee: Mapped[bool] = mapped_column(default=False)
    group: Mapped[str] = mapped_column(String(20), default="")
    post: Mapped[str] = mapped_column(String(200), default="")
    category: Mapped[str] = mapped_column(String(20), default="")
    experience_years: Mapped[int | None]
    experience_on: Mapped[date | None]
    enterprise: Mapped[str] = mapped_column(String(200), default="")
    contact: Mapped[str] = mapped_column(String(200), default="")
    to_check: Mapped[list[str]] = mapped_column(JSON, default=list)  # fields filled by the program: «проверьте»
    name_gen: Mapped[str] = mapped_column(String(220), default="")
    name_dat: Mapped[str] = mapped_column(String(220), default="")
    name_ins: Mapped[str] = mapped_column(String(220), default="")
    name_others: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)  # {"gen": …} where dictionaries differ
    names_verified: Mapped[bool] = mapped_column(default=False)
    hidden_since: Mapped[date | None]  # the consent was withdrawn: the name is shown no more
    erased_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    school: Mapped[School] = relationship()
    mentor: Mapped[MentorCard | None] = relationship(back_populates="participant", lazy="selectin")
    mentee: Mapped[MenteeCard | None] = relationship(back_populates="participant", lazy="selectin")
    consents: Mapped[list[Consent]] = relationship(back_populates="participant", order_by="Consent.given_on")
    __mapper_args__ = {"version_id_col": version}

    @property
    def name(self) -> str:
        """As lists and papers may show it."""
        return alias(self.number) if self.hidden_since else self.full_name

    @property
    def short_name(self) -> str:
        return alias(self.number) if self.hidden_since else initials(self.full_name)

    @property
    def kind_label(self) -> str:
        return PersonKind(self.kind).label

    @property
    def place(self) -> str:
        """«Место работы / учёбы»: the school with the class or post, or the enterprise."""
        if self.kind in (PersonKind.PARTNER, PersonKind.STUDENT) or (self.kind == PersonKind.OTHER and self.enterprise):
            return ", ".join(part for part in (self.enterprise, self.post or self.group) if part)
        return ", ".join(part for part in (self.school.short_name, self.group or self.post) if part)

    def facts(self) -> register.Person:
        names = {"mentor", "mentee", "kind"}
        plain = {name: getattr(self, name) for name in register.Person.__dataclass_fields__ if name not in names}
        return register.Person(
            **plain,
            kind=PersonKind(self.kind),
            mentor=self.mentor.facts() if self.mentor else None,
            mentee=self.mentee.facts() if self.mentee else None,
        )


class MentorCard(Base):
    """«База наставников» (dossier §4.4). What pairs tell is never typed twice."""

    __tablename__ = "mentor_card"
    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participant.id"), primary_key=True)
    entered_on: Mapped[date]
    trained_on: Mapped[date | None]
    left_on: Mapped[date | None]
    competences: Mapped[str] = mapped_column(Text, default="")
    achievements: Mapped[str] = mapped_column(Text, default="")
    interests: Mapped[str] = mapped_column(Text, default="")
    wished_age: Mapped[str] = mapped_column(String(100), default="")
    time: Mapped[str] = mapped_column(String(200), default="")
    testimonial_url: Mapped[str] = mapped_column(String(500), default="")
    participant: Mapped[Participant] = relationship(back_populates="mentor")

    def facts(self) -> register.MentorCard:
        return register.MentorCard(**{name: getattr(self, name) for name in register.MentorCard.__dataclass_fields__})


class MenteeCard(Base):
    """«База наставляемых» (dossier §4.3)."""

    __tablename__ = "mentee_card"
    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participant.id"), primary_key=True)
    entered_on: Mapped[date]
    completed_on: Mapped[date | None]
    request: Mapped[str] = mapped_column(Text, default="")
    result: Mapped[str] = mapped_column(Text, default="")
    testimonial_url: Mapped[str] = mapped_column(String(500), default="")
    passed: Mapped[bool] = mapped_column(default=False)
    participant: Mapped[Participant] = relationship(back_populates="mentee")

    def facts(self) -> register.MenteeCard:
        return register.MenteeCard(**{name: getattr(self, name) for name in register.MenteeCard.__dataclass_fields__})


class Consent(Tenant, Base):
    """A consent on paper: its kind, term and number, with a scan if there is one (dossier §8.2, rules.md 16, 17)."""

    __tablename__ = "consent"
    __table_args__ = (CheckConstraint("valid_to IS NULL OR valid_to >= given_on", name="term"),)
    PARAMETER: ClassVar[str] = "consent"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"))
    school_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("school.id"), index=True)
    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participant.id"), index=True)
    kind: Mapped[str] = mapped_column(String(30))
    basis: Mapped[str] = mapped_column(String(10))
    given_on: Mapped[date]
    valid_to: Mapped[date | None]
    withdrawn_on: Mapped[date | None]
    paper_number: Mapped[str] = mapped_column(String(60), default="")
    own_signed: Mapped[bool] = mapped_column(default=False)
    representative_signed: Mapped[bool] = mapped_column(default=False)
    came_of_age: Mapped[bool] = mapped_column(default=False)
    addendum_number: Mapped[str] = mapped_column(String(60), default="")
    addendum_on: Mapped[date | None]
    payment_basis: Mapped[str] = mapped_column(String(300), default="")
    sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"))
    file_name: Mapped[str] = mapped_column(String(120), default="")
    media_type: Mapped[str] = mapped_column(String(100), default="")
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    participant: Mapped[Participant] = relationship(back_populates="consents")
    __mapper_args__ = {"version_id_col": version}

    @property
    def kind_label(self) -> str:
        return ConsentKind(self.kind).label

    def facts(self) -> register.Consent:
        names = {"person_id", "kind", "basis"}
        plain = {name: getattr(self, name) for name in register.Consent.__dataclass_fields__ if name not in names}
        kind, basis = ConsentKind(self.kind), Basis(self.basis)
        return register.Consent(**plain, person_id=self.participant_id, kind=kind, basis=basis)


class Mentorship(Tenant, Base):
    """A pair or a group: a mentor, mentees, and the order that appoints them."""

    __tablename__ = "mentorship"
    __table_args__ = (
        Index(None, "school_id", "starts_on", "id"),
        Index(None, "municipality_id", "starts_on", "id"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="term"),
    )
    PARAMETER: ClassVar[str] = "mentorship"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"))
    school_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("school.id"))
    mentor_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participant.id"), index=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    form: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(20))
    role_variant: Mapped[str] = mapped_column(String(120), default="")
    state: Mapped[str] = mapped_column(String(20), default=MentorshipState.DRAFT.value)
    order_number: Mapped[str] = mapped_column(String(60), default="")
    order_on: Mapped[date | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(1000), default="")
    result: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    mentor: Mapped[Participant] = relationship()
    school: Mapped[School] = relationship()
    members: Mapped[list[MentorshipMember]] = relationship(
        back_populates="mentorship", cascade="all, delete-orphan", order_by="MentorshipMember.position", lazy="selectin"
    )
    __mapper_args__ = {"version_id_col": version}

    @property
    def state_label(self) -> MentorshipState:
        return MentorshipState(self.state)

    @property
    def kind_label(self) -> str:
        return MentoringKind(self.kind).label

    @property
    def form_label(self) -> str:
        return form_label(self.form)

    @property
    def title(self) -> str:
        """«Иванова М. П. – Петров П. И.», or with «и ещё 2»."""
        names = [member.participant.short_name for member in self.members if member.until is None] or [
            member.participant.short_name for member in self.members
        ]
        more = f" и ещё {len(names) - 1}" if len(names) > 1 else ""
        return f"{self.mentor.short_name} – {names[0] if names else 'наставляемый не указан'}{more}"

    def facts(self) -> register.Mentorship:
        names = {"members", "kind", "state"}
        plain = {name: getattr(self, name) for name in register.Mentorship.__dataclass_fields__ if name not in names}
        return register.Mentorship(
            **plain,
            kind=MentoringKind(self.kind),
            state=MentorshipState(self.state),
            members=tuple(register.Member(row.participant_id, row.since, row.until) for row in self.members),
        )


class MentorshipMember(Base):
    """A mentee in a mentorship, from – to; ``position`` keeps the order of typing."""

    __tablename__ = "mentorship_member"
    __table_args__ = (UniqueConstraint("mentorship_id", "participant_id"),)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    mentorship_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("mentorship.id"))
    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participant.id"), index=True)
    position: Mapped[int]
    since: Mapped[date]
    until: Mapped[date | None]
    mentorship: Mapped[Mentorship] = relationship(back_populates="members")
    participant: Mapped[Participant] = relationship()


class RegisterRevision(Base):
    """What an object of the registers was like from ``recorded_at`` on: whole, as JSON.

    Append-only; only the erasing of a person rewrites what names him (``snapshot`` and nothing else).
    """

    __tablename__ = "register_revision"
    __table_args__ = (
        Index("ix_register_revision_school", "school_id", "kind", "object_id", "recorded_at"),
        Index("ix_register_revision_municipality", "municipality_id", "kind", "object_id", "recorded_at"),
    )
    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipality.id"))
    school_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("school.id"))
    kind: Mapped[str] = mapped_column(String(20))
    object_id: Mapped[uuid.UUID]
    recorded_at: Mapped[datetime]
    actor_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user.id"))
    verb: Mapped[str] = mapped_column(String(40))
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSON)
    actor: Mapped[User | None] = relationship()
