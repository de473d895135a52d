"""Which pairs and groups a school has in a year: by a letter each, the mentors the same from year to year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from roadmap.demo.members import Member, beginner, partner, pupil, teacher
from roadmap.demo.schools import Profile, card
from roadmap.demo.timeline import dice
from roadmap.registers.words import MentoringKind


@dataclass(frozen=True)
class Shape:
    """``theme`` chooses the words of the personal programme; ``mentees``: at least and at most."""

    theme: str
    form: str
    variant: str = ""
    kind: MentoringKind = MentoringKind.ONE_TO_ONE
    mentees: tuple[int, int] = (1, 1)
    name: str = ""


SHAPES = {
    "T": Shape("young_teacher", "teacher_teacher", "опытный учитель – молодой специалист"),
    "P": Shape("studies", "pupil_pupil", "успевающий – неуспевающий"),
    "L": Shape("leader", "pupil_pupil", "лидер – пассивный"),
    "K": Shape("project", "teacher_pupil"),
    "G": Shape("project", "teacher_pupil", "", MentoringKind.GROUP, (3, 4), "Проектная группа"),
    "E": Shape("profession", "employer_pupil", "работодатель – будущий сотрудник"),
}
# Pairs that something special happens to, and what they are otherwise.
WITHOUT_CONSENT, WITHDRAWN, UNAPPROVED, WAITING, TWICE, UNFINISHED = "WRDQBX"
USUAL = {"W": "P", "R": "L", "D": "K", "Q": "P", "B": "P", "X": "K"}
THIS_YEAR = {"se-01": "TTTTPPRLKDGGEW", "se-03": "TTQPLKKGE", "se-05": "TPPLKG", "yl-01": "TTPQLKGE"}
YEAR_BEFORE = {"se-01": "TPXG", "se-03": "TB", "se-05": "P", "yl-01": "TP"}


@dataclass(frozen=True)
class Pair:
    """``year`` is that of its September; ``number`` counts from 1 in the school and year; ``fate`` is a letter."""

    profile: Profile
    year: int
    number: int
    fate: str
    mentor: Member
    mentees: tuple[Member, ...]

    @property
    def shape(self) -> Shape:
        return SHAPES[_usual(self.fate)]

    @property
    def teachers(self) -> bool:
        return self.fate == "T"

    @property
    def starts_on(self) -> date:
        return date(self.year, 9, 20)

    @property
    def ends_on(self) -> date:
        """Teachers work on after the lessons are over."""
        return date(self.year + 1, 6, 30) if self.teachers else date(self.year + 1, 5, 31)

    @property
    def order(self) -> tuple[str, date]:
        """As the school's June report names it."""
        return str(78 + self.profile.number * 7), date(self.year, 9, 16)


def school_year(today: date) -> int:
    """The year of its September."""
    return today.year if today.month >= 9 else today.year - 1


def pairs_of(profile: Profile, year: int, letters: str) -> list[Pair]:
    """No more beginners are led than the school's card counts."""
    beginners = card(profile, year).early_career_teachers
    kept = [letter for place, letter in enumerate(letters) if letter != "T" or letters[:place].count("T") < beginners]
    return [_pair(profile, year, number, letter) for number, letter in enumerate(kept, start=1)]


def _usual(letter: str) -> str:
    return USUAL.get(letter, letter)


def _pair(profile: Profile, year: int, number: int, fate: str) -> Pair:
    chance = dice("pair", profile.code, year, number)
    key, letter, oldest = f"{year}-{number}", _usual(fate), 11 if profile.senior else 9
    shape = SHAPES[letter]
    if shape.form == "pupil_pupil":
        mentor = pupil(profile, f"{key}-mentor", chance.randint(oldest - 2, oldest), year)
    elif shape.form == "employer_pupil":
        mentor = partner(profile, f"partner-{number}")
    else:
        mentor = teacher(profile, f"teacher-{number}")
    if shape.form == "teacher_teacher":
        return Pair(profile, year, number, fate, mentor, (beginner(profile, f"{key}-1", year),))
    first, last = {"E": (9, oldest), "K": (6, 8), "G": (6, 8)}.get(letter, (4, 6))
    count = chance.randint(*shape.mentees)
    mentees = tuple(pupil(profile, f"{key}-{n}", chance.randint(first, last), year) for n in range(1, count + 1))
    return Pair(profile, year, number, fate, mentor, mentees)
