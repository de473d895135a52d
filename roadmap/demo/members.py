"""Invented people of the registers: pupils of sensible classes, teachers, beginners among them, and partners."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from roadmap.demo.people import MEN, PATRONYMICS, SURNAMES, WOMEN
from roadmap.demo.schools import FIRST_GRADE, Profile
from roadmap.demo.timeline import dice
from roadmap.registers.details import PersonDetails
from roadmap.registers.words import PersonKind

TWO_CLASSES = 28  # children of a year from which on a grade has classes А and Б
POSTS = (
    "учитель математики",
    "учитель русского языка и литературы",
    "учитель истории и обществознания",
    "учитель биологии и химии",
    "учитель географии",
    "учитель физики и информатики",
    "учитель начальных классов",
)
CATEGORIES = ("fit", "first", "highest", "highest", "mentor")
ENTERPRISES = {
    "se-01": ("АО «Северный рудник»", "инженер-геолог"),
    "se-03": ("Береговой речной порт", "механик"),
    "yl-01": ("Южное лесничество", "инженер лесного хозяйства"),
}


@dataclass(frozen=True)
class Member:
    """``key`` names the person within the school from year to year."""

    key: str
    details: PersonDetails

    @property
    def pupil(self) -> bool:
        return self.details.kind is PersonKind.PUPIL


def pupil(profile: Profile, key: str, grade: int, year: int) -> Member:
    """Of a class of the school year that begins in September of ``year``."""
    chance = dice("participant", profile.code, key)
    name, sex = _named(chance)
    letter = chance.choice(("А", "Б")) if profile.children >= TWO_CLASSES else "класс"
    born = year + 1 - (FIRST_GRADE + grade - 1)
    return Member(key, PersonDetails(name, PersonKind.PUPIL, born, sex, group=f"{grade}\u00a0{letter}"))


def teacher(profile: Profile, key: str) -> Member:
    """With experience enough to lead others."""
    chance = dice("participant", profile.code, key)
    name, sex = _named(chance)
    experience = chance.randint(11, 29)
    return Member(
        key,
        PersonDetails(
            name,
            PersonKind.TEACHER,
            1998 - experience + chance.randint(0, 3),
            sex,
            post=chance.choice(POSTS),
            category=chance.choice(CATEGORIES),
            experience_years=experience,
        ),
    )


def beginner(profile: Profile, key: str, year: int) -> Member:
    """A teacher in the first years of work: he is counted as one until the end of the school year."""
    chance = dice("participant", profile.code, key)
    name, sex = _named(chance)
    experience = chance.randint(0, 2)
    return Member(
        key,
        PersonDetails(
            name,
            PersonKind.TEACHER,
            year - 23 - experience,
            sex,
            post=chance.choice(POSTS),
            category="none",
            experience_years=experience,
        ),
    )


def partner(profile: Profile, key: str) -> Member:
    chance = dice("participant", profile.code, key)
    name, sex = _named(chance)
    enterprise, post = ENTERPRISES[profile.code]
    born = chance.randint(1970, 1992)
    return Member(key, PersonDetails(name, PersonKind.PARTNER, born, sex, post=post, enterprise=enterprise))


def _named(chance: Random) -> tuple[str, str]:
    woman = chance.random() < 0.6
    surname, patronymic = chance.choice(SURNAMES)[woman], chance.choice(PATRONYMICS)[woman]
    return f"{surname} {chance.choice(WOMEN if woman else MEN)} {patronymic}", "female" if woman else "male"
