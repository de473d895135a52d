"""The part of a Source that the registers offer: a school's people and programmes as on a day, named as they may be."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Any

from roadmap.catalogue.figures import Reference
from roadmap.catalogue.register_parts import (
    Change,
    Control,
    MenteeRow,
    MentorRow,
    PersonalProgramme,
    PlanEvent,
    ProgrammePerson,
)
from roadmap.language import date_long, signature_name, sort_key
from roadmap.programmes.forms import MODES, WAYS
from roadmap.registers.as_of import register_as_of
from roadmap.registers.consent_rules import may_be_named
from roadmap.registers.register import Mentorship, Person, Programme, Register, alias
from roadmap.registers.words import CATEGORIES, FORMS, PersonKind, ProgrammeState
from roadmap.schools.models import School

MODELS = {"teachers": "наставничество педагогических работников", "students": "наставничество обучающихся"}
OUTSIDERS = (PersonKind.PARTNER, PersonKind.STUDENT)


class RegisterPart:
    """A school's registers as known on ``as_of``.

    A name stands only where a consent was valid on that day and still is ``today`` (dossier §8.3): who has withdrawn it
    since is «Участник № …» in papers about the past too.
    """

    def __init__(self, school: School, as_of: date, today: date) -> None:
        self.school, self.as_of, self.today = school, as_of, today

    @cached_property
    def register(self) -> Register:
        return register_as_of(self.school.id, self.as_of)

    @cached_property
    def mentors(self) -> list[MentorRow]:
        cards = [(person, person.mentor) for person in self._sorted() if person.mentor]
        return [self._mentor(person, card) for person, card in cards if card.entered_on <= self.as_of]

    @cached_property
    def mentees(self) -> list[MenteeRow]:
        cards = [(person, person.mentee) for person in self._sorted() if person.mentee]
        return [self._mentee(person, card) for person, card in cards if card.entered_on <= self.as_of]

    def programme(self, mentorship_id: uuid.UUID) -> PersonalProgramme | None:
        """The latest programme of a pair; None if the pair, or a programme of it, was not known on the day."""
        pair = next((m for m in self.register.mentorships if m.id == mentorship_id), None)
        known = [p for p in self.register.programmes if p.mentorship_id == mentorship_id]
        if pair is None or not known:
            return None
        return self._programme(pair, max(known, key=lambda p: p.starts_on))

    def pairs_with_programmes(self, since: date) -> list[uuid.UUID]:
        """Pairs whose latest programme lasts at least to ``since``, in the order of their orders' dates."""
        latest: dict[uuid.UUID, Programme] = {}
        for programme in self.register.programmes:
            before = latest.get(programme.mentorship_id)
            if before is None or programme.starts_on >= before.starts_on:
                latest[programme.mentorship_id] = programme
        pairs = [m for m in self.register.mentorships if m.id in latest and latest[m.id].last_day >= since]
        return [m.id for m in sorted(pairs, key=_by_order)]

    def order_number(self, mentorship_id: uuid.UUID) -> str:
        return next((m.order_number for m in self.register.mentorships if m.id == mentorship_id), "")

    @cached_property
    def _living(self) -> Register:
        return self.register if self.as_of == self.today else register_as_of(self.school.id, self.today)

    @cached_property
    def _named(self) -> set[uuid.UUID]:
        return {
            person.id
            for person in self.register.people.values()
            if person.hidden_since is None
            and may_be_named(person, self.as_of, self.register.consents_of(person.id))
            and may_be_named(person, self.today, self._living.consents_of(person.id))
        }

    def _sorted(self) -> list[Person]:
        """By name; those without one after all others, by number."""
        return sorted(
            self.register.people.values(),
            key=lambda p: (0, sort_key(p.full_name), p.number) if p.id in self._named else (1, "", p.number),
        )

    def _name(self, person_id: uuid.UUID) -> str:
        person = self.register.people.get(person_id)
        if person is None:
            return ""
        return person.full_name if person_id in self._named else alias(person.number)

    def _place(self, person_id: uuid.UUID) -> str:
        """Where a person works or learns; of one without a name the school at most."""
        person = self.register.people.get(person_id)
        if person is None:
            return ""
        if person_id not in self._named:
            return "" if person.kind in OUTSIDERS else self.school.short_name
        if person.kind in OUTSIDERS or (person.kind is PersonKind.OTHER and person.enterprise):
            return _joined((person.enterprise, person.post or person.group))
        return _joined((self.school.short_name, person.group or person.post))

    def _begun(self) -> Iterable[Mentorship]:
        return (m for m in self.register.mentorships if m.worked and m.starts_on <= self.as_of)

    @cached_property
    def _by_mentor(self) -> dict[uuid.UUID, list[Mentorship]]:
        found: dict[uuid.UUID, list[Mentorship]] = {}
        for pair in self._begun():
            found.setdefault(pair.mentor_id, []).append(pair)
        return found

    @cached_property
    def _by_mentee(self) -> dict[uuid.UUID, list[Mentorship]]:
        found: dict[uuid.UUID, list[Mentorship]] = {}
        for pair in self._begun():
            for member in pair.members:
                found.setdefault(member.person_id, []).append(pair)
        return found

    def _mentor(self, person: Person, card: Any) -> MentorRow:
        pairs, named = self._by_mentor.get(person.id, []), person.id in self._named
        mentees = [member.person_id for pair in pairs for member in pair.members]
        return MentorRow(
            name=self._name(person.id),
            named=named,
            contact=person.contact if named else "",
            place=self._place(person.id),
            competences=card.competences if named else "",
            achievements=card.achievements if named else "",
            interests=card.interests if named else "",
            wished_age=card.wished_age if named else "",
            time=card.time if named else "",
            entered_on=card.entered_on,
            mentees=_once(map(self._name, mentees)),
            forms=_once(pair.form_label for pair in pairs),
            mentee_places=_once(map(self._place, mentees)),
            left_on=card.left_on,
            results=_once(pair.result for pair in pairs) if named else (),
            link=card.testimonial_url if named else "",
            reference=self._reference(),
        )

    def _mentee(self, person: Person, card: Any) -> MenteeRow:
        pairs, named = self._by_mentee.get(person.id, []), person.id in self._named
        return MenteeRow(
            name=self._name(person.id),
            named=named,
            contact=person.contact if named else "",
            birth_year=str(person.birth_year) if named and person.birth_year else "",
            request=card.request if named else "",
            entered_on=card.entered_on,
            mentors=_once(self._name(pair.mentor_id) for pair in pairs),
            forms=_once(pair.form_label for pair in pairs),
            mentor_places=_once(self._place(pair.mentor_id) for pair in pairs),
            completed_on=card.completed_on,
            results=_once((card.result, *(pair.result for pair in pairs))) if named else (),
            link=card.testimonial_url if named else "",
            passed=card.passed,
            reference=self._reference(),
        )

    def _programme(self, pair: Mentorship, known: Programme) -> PersonalProgramme:
        answers, progress, form = known.answers, known.progress, FORMS.get(pair.form)
        marks = {row["uid"]: row for row in progress.get("marks") or ()}
        ends = {ProgrammeState.EXTENDED: "extended", ProgrammeState.STOPPED: "stopped"}
        return PersonalProgramme(
            group=len(pair.members) > 1,
            title=pair.name,
            order_number=pair.order_number,
            order_on=pair.order_on,
            model=MODELS[form.model if form else "students"],
            form=pair.form_label,
            role_variant=pair.role_variant,
            kind=pair.kind.label,
            mentor=self._participant(pair.mentor_id),
            mentees=tuple(self._participant(member.person_id, mentee=True) for member in pair.members),
            starts_on=known.starts_on,
            ends_on=known.ends_on,
            last_day=known.last_day,
            mode=dict(MODES).get(answers.get("mode") or "", ""),
            frequency=answers.get("frequency") or "",
            request=answers.get("request") or "",
            aim=answers.get("aim") or "",
            tasks=answers.get("tasks") or "",
            directions=answers.get("directions") or "",
            expected=answers.get("expected") or "",
            plan=tuple(_event(row, marks.get(row["uid"], {})) for row in answers.get("plan") or ()),
            changes=tuple(
                Change(row["what"] or "", row["before"] or "", row["after"] or "")
                for row in progress.get("results") or ()
            ),
            interim=Control(_day(progress.get("interim_on")), progress.get("interim") or ""),
            final=Control(_day(progress.get("final_on")), progress.get("final") or ""),
            end=ends.get(known.state, ""),
            reason=known.reason,
            draft=known.state is ProgrammeState.DRAFT,
            state=known.state.label,
            reference=Reference("register", str(known.id), f"Программа на {date_long(self.as_of)}"),
        )

    def _participant(self, person_id: uuid.UUID, mentee: bool = False) -> ProgrammePerson:
        person, named = self.register.people[person_id], person_id in self._named
        name = self._name(person_id)
        if not named:
            return ProgrammePerson(name, False, name, "", with_representative=mentee and self._minor(person))
        return ProgrammePerson(
            name=name,
            named=True,
            signs_as=signature_name(name) if len(name.split()) > 1 else name,
            post=_joined((person.post or person.group, person.enterprise)),
            experience=person.experience(self.as_of),
            category=_category(person.category),
            with_representative=mentee and self._minor(person),
        )

    def _minor(self, person: Person) -> bool:
        """Through the calendar year of the 18th birthday, unless the tick «исполнилось 18» stands (rules 17)."""
        age = person.age(self.as_of)
        if age is None:
            return person.kind is PersonKind.PUPIL
        if age != 18:
            return age < 18
        given = [c for c in self.register.consents_of(person.id) if c.valid(self.as_of)]
        return not any(c.came_of_age and person.age(c.given_on) == 18 for c in given)

    def _reference(self) -> Reference:
        label = f"База участников, {self.school.short_name}, на {date_long(self.as_of)}"
        return Reference("register", f"{self.school.code}:{self.as_of.isoformat()}", label)


def _by_order(pair: Mentorship) -> tuple[date, int, str, str]:
    """By the order's date, then № 2 before № 10."""
    return pair.order_on or pair.starts_on, len(pair.order_number), pair.order_number, str(pair.id)


def _event(row: dict[str, Any], mark: dict[str, Any]) -> PlanEvent:
    return PlanEvent(
        title=row.get("title") or "",
        content=row.get("content") or "",
        due=_day(row.get("due")),
        way=dict(WAYS).get(row.get("way") or "", ""),
        expected=row.get("expected") or "",
        done_on=_day(mark.get("done_on")),
        actual=mark.get("actual") or "",
    )


def _category(key: str) -> str:
    """«первая категория»; nothing for «без категории»."""
    label = dict(CATEGORIES).get(key, "")
    if key in ("first", "highest"):
        return f"{label} категория"
    return "" if key == "none" else label


def _joined(parts: Iterable[str]) -> str:
    return ", ".join(part for part in parts if part)


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    """Without blanks, each once, in the order of first mention."""
    return tuple(dict.fromkeys(text for text in texts if text))


def _day(text: Any) -> date | None:
    return date.fromisoformat(text) if text else None
