"""The bases of four schools in two school years: people and consents, pairs by order, their end, and what went wrong.

Until the end of a school year one pair waits for a consent, and one goes on though a consent was withdrawn lately. Of
the year before one pair was never ended, and one pupil is entered twice. The findings page shows all but the first.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from roadmap import clock
from roadmap.demo.members import Member
from roadmap.demo.pairs import (
    THIS_YEAR,
    TWICE,
    UNFINISHED,
    WITHDRAWN,
    WITHOUT_CONSENT,
    YEAR_BEFORE,
    Pair,
    pairs_of,
    school_year,
)
from roadmap.demo.programme_words import THEMES
from roadmap.demo.programmes import PersonalProgramme
from roadmap.demo.schools import PROFILES, Profile
from roadmap.demo.timeline import dice, workday, workdays_after, workdays_before
from roadmap.demo.world import World
from roadmap.registers import pairing, service
from roadmap.registers.details import ConsentDetails, MenteeDetails, MentorDetails
from roadmap.registers.models import Mentorship, Participant
from roadmap.registers.words import ConsentKind, RegisterRole

LABOUR = date(2025, 2, 26)  # shortly before ст. 351.8 ТК is asked for (rules.md 5, 16)
ADULT = {RegisterRole.MENTOR: ConsentKind.MENTOR_ADULT, RegisterRole.MENTEE: ConsentKind.MENTEE_ADULT}
BEFORE_END = timedelta(days=13)
PAYMENT = "доплата по положению об оплате труда"
REVOKED = "Законный представитель отозвал согласие на обработку персональных данных."


def plan_registers(world: World) -> None:
    year = school_year(world.today)
    for profile in PROFILES:
        if profile.code in THIS_YEAR:
            base = Base(world, profile)
            for of_year, letters in ((year - 1, YEAR_BEFORE), (year, THIS_YEAR)):
                for pair in pairs_of(profile, of_year, letters[profile.code]):
                    PairHistory(base, pair).plan()


class Base:
    """A school's people, entered once each."""

    def __init__(self, world: World, profile: Profile) -> None:
        self.world, self.profile = world, profile
        self.school, self.actor = world.schools[profile.code], world.filler(profile)
        self.people: dict[str, Participant] = {}
        self._bound: set[str] = set()

    def mentor(self, member: Member, competences: str) -> Participant:
        if member.key not in self.people:
            day, time = clock.today(), "после уроков, по договорённости"
            trained = None if member.pupil else day
            self._add(member, RegisterRole.MENTOR, mentor=MentorDetails(day, trained, None, competences, time=time))
        return self.people[member.key]

    def mentee(self, member: Member, request: str, consents: bool) -> Participant:
        self._add(member, RegisterRole.MENTEE, mentee=MenteeDetails(clock.today(), request=request), consents=consents)
        return self.people[member.key]

    def bind(self, key: str) -> None:
        """The worker's own consent and the addendum to the labour contract (ст. 351.8 ТК), once."""
        if key not in self._bound:
            self._bound.add(key)
            person, day = self.people[key], clock.today()
            details = ConsentDetails(
                ConsentKind.LABOUR,
                day,
                own_signed=True,
                addendum_number=f"{person.number}/{day.year}",
                addendum_on=day,
                payment_basis=PAYMENT,
            )
            service.give_consent(person, details, actor=self.actor)

    def _add(
        self,
        member: Member,
        role: RegisterRole,
        mentor: MentorDetails | None = None,
        mentee: MenteeDetails | None = None,
        consents: bool = True,
    ) -> None:
        added = service.add_participant(self.school, member.details, mentor=mentor, mentee=mentee, actor=self.actor)
        self.people[member.key] = added
        if added.name_others and role is RegisterRole.MENTOR:  # of pupils some wait for a check
            cases = {"gen": added.name_gen, "dat": added.name_dat, "ins": added.name_ins}
            service.confirm_names(added, cases, added.version, self.actor)
        if consents:
            service.give_consent(added, _consent(member, role, added.number), actor=self.actor)


class PairHistory:
    """One pair on its way; each method is a step of the timeline."""

    def __init__(self, base: Base, pair: Pair) -> None:
        self.base, self.pair, self.theme = base, pair, THEMES[pair.shape.theme]
        self.mentorship: Mentorship | None = None
        self.ends = workdays_after(pair.ends_on - BEFORE_END, pair.number % 6)
        self.live = base.world.today <= self.ends and pair.fate != UNFINISHED
        self.programme = PersonalProgramme(base.world, pair, self.live)

    def plan(self) -> None:
        pair, add = self.pair, self.base.world.timeline.add
        chance = dice("pair days", pair.profile.code, pair.year, pair.number)
        minute = chance.randint(0, 50)
        add(workday(date(pair.year, 9, chance.randint(5, 12))), 14, minute, self.enter)
        if self.live and pair.fate == WITHOUT_CONSENT:
            return
        ordered = workdays_after(pair.order[1], 1)
        add(ordered, 11, minute, self.approve)
        if pair.teachers:
            add(max(ordered, LABOUR), 10, minute, partial(self.base.bind, pair.mentor.key))
        self.programme.plan(minute)
        if pair.fate == WITHDRAWN:
            day = workdays_before(self.base.world.today, 3) if self.live else self.ends
            if day > date(pair.year, 10, 5):
                add(day, 9, minute, self.withdraw)
        if pair.fate != UNFINISHED:
            add(self.ends, 16, minute, self.leave if pair.fate == WITHDRAWN else self.finish)

    def enter(self) -> None:
        pair, base = self.pair, self.base
        given = not (self.live and pair.fate == WITHOUT_CONSENT)
        mentor = base.mentor(pair.mentor, self.theme.competences)
        mentees = [base.mentee(member, self.theme.request, given) for member in pair.mentees]
        if pair.fate == TWICE:
            base.mentee(pair.mentees[0], "", consents=False)
        number, day = pair.order if given else ("", None)
        details = pairing.MentorshipDetails(
            mentor.id,
            tuple(one.id for one in mentees),
            pair.shape.form,
            pair.shape.kind,
            pair.starts_on,
            pair.ends_on,
            name=pair.shape.name,
            role_variant=pair.shape.variant,
            order_number=number,
            order_on=day,
        )
        self.mentorship = self.programme.mentorship = pairing.add_mentorship(base.school, details, base.actor)

    def approve(self) -> None:
        pairing.approve_mentorship(self._known(), self._known().version, self.base.actor)

    def withdraw(self) -> None:
        consent = self._mentee().consents[0]
        service.withdraw_consent(consent, clock.today(), consent.version, self.base.actor)

    def leave(self) -> None:
        self.programme.stop(REVOKED)
        mentee = self._mentee()
        service.leave(mentee, clock.today(), REVOKED, mentee.version, self.base.actor)

    def finish(self) -> None:
        pair, day, actor = self._known(), clock.today(), self.base.actor
        pairing.end_mentorship(pair, day, result=self.theme.final, version=pair.version, actor=actor)
        for member in self.pair.mentees:
            person = self.base.people[member.key]
            assert person.mentee is not None
            request, entered = person.mentee.request, person.mentee.entered_on
            done = MenteeDetails(entered, day, request, self.theme.final, passed=True)
            service.save_cards(person, person.version, mentee=done, actor=actor)
        if self.pair.mentor.pupil:  # next year he is in another class, or has left the school
            mentor = self.base.people[self.pair.mentor.key]
            assert mentor.mentor is not None
            left = replace(MentorDetails(**vars(mentor.mentor.facts())), left_on=day)
            service.save_cards(mentor, mentor.version, mentor=left, actor=actor)

    def _mentee(self) -> Participant:
        return self.base.people[self.pair.mentees[0].key]

    def _known(self) -> Mentorship:
        assert self.mentorship is not None
        return self.mentorship


def _consent(member: Member, role: RegisterRole, number: int) -> ConsentDetails:
    """From the calendar year after the 14th birthday's on a pupil signs too (rules.md 17)."""
    day, paper = clock.today(), f"{number}/{clock.today().year}"
    if not member.pupil:
        return ConsentDetails(ADULT[role], day, paper_number=paper, own_signed=True)
    born = member.details.birth_year
    assert born is not None
    signs = day.year - born > 14
    kind = ConsentKind.STUDENT_14_17 if signs else ConsentKind.STUDENT_UNDER14
    return ConsentDetails(kind, day, paper_number=paper, own_signed=signs, representative_signed=True)
