"""Invented municipalities and schools, and their yearly cards: the same children grow a year older each September."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from roadmap.demo.timeline import dice
from roadmap.schools.service import CardDetails, SchoolDetails

START = date(2022, 9, 1)
MUNICIPALITIES = (
    ("se", "Северо-Таёжный район", "Северо-Таёжного района"),
    ("yl", "Южно-Лесной округ", "Южно-Лесного округа"),
)
FIRST_GRADE, LAST_BASIC, LAST_SENIOR = 8, 16, 18  # ages in the calendar year in which the school year ends


@dataclass(frozen=True)
class Profile:
    """``children`` are born in a year; ``pace`` says how fast mentoring grows there, 1 is usual."""

    number: int
    code: str
    short_name: str
    name: str
    place: str
    children: int
    senior: bool
    teachers: int
    beginners: int
    pace: float

    @property
    def municipality(self) -> str:
        return self.code[:2]

    @property
    def head(self) -> str:
        if self.municipality == "se":
            return f"head-{self.number}"
        return "other-head" if self.number == 1 else "other-head-2"

    @property
    def curator(self) -> str:
        """Who leads the programme: a curator, or in a small school the head."""
        return f"curator-{self.number}" if self.municipality == "se" and self.number <= 4 else self.head

    @property
    def site(self) -> str:
        host = f"school-{self.number}" if self.municipality == "se" else f"forest-school-{self.number}"
        return f"https://{host}.example/nastavnichestvo"

    def details(self) -> SchoolDetails:
        kind = "средняя" if self.senior else "основная"
        return SchoolDetails(
            short_name=self.short_name,
            full_name=f"Муниципальное бюджетное общеобразовательное учреждение «{self.name.format(kind)}»",
            full_name_gen=f"муниципального бюджетного общеобразовательного учреждения «{self.name.format(kind)}»",
            place=self.place,
            phone=f"(000) 000-0{self.number}-{10 if self.municipality == 'se' else 20}",
        )


PROFILES = (
    Profile(1, "se-01", "Северная СШ № 1", "Северная {} школа № 1", "п. Северный", 58, True, 48, 5, 1.1),
    Profile(2, "se-02", "Таёжная СШ № 2", "Таёжная {} школа № 2", "п. Таёжный", 42, True, 37, 4, 1.0),
    Profile(3, "se-03", "Береговая СШ № 3", "Береговая {} школа № 3", "п. Береговой", 33, True, 31, 3, 1.25),
    Profile(4, "se-04", "Рудничная СШ № 4", "Рудничная {} школа № 4", "п. Рудничный", 36, True, 29, 2, 0.8),
    Profile(5, "se-05", "Брусничная ООШ", "Брусничная {} школа", "п. Брусничный", 9, False, 13, 1, 0.95),
    Profile(6, "se-06", "Кедровая ООШ", "Кедровая {} школа", "п. Кедровый", 12, False, 15, 1, 0.7),
    Profile(7, "se-07", "Озёрная ООШ", "Озёрная {} школа", "д. Озёрная", 5, False, 10, 0, 1.2),
    Profile(1, "yl-01", "Южная СШ", "Южная {} школа", "с. Южное", 31, True, 30, 3, 1.0),
    Profile(2, "yl-02", "Лесная ООШ", "Лесная {} школа", "д. Лесная", 8, False, 12, 1, 0.9),
)


def pupils(profile: Profile, year: int) -> dict[int, int]:
    """Birth year → pupils in the school year that begins in September of ``year``."""
    found = {}
    for age in range(FIRST_GRADE, (LAST_SENIOR if profile.senior else LAST_BASIC) + 1):
        born = year + 1 - age
        cohort = profile.children * dice(profile.code, "born", born).uniform(0.82, 1.18)
        if age > LAST_BASIC:
            cohort *= 0.55  # the rest leave for colleges after the ninth grade
        moved = dice(profile.code, "moved", born, year).randint(-1, 1)
        found[born] = max(1, round(cohort) + moved)
    return found


def card(profile: Profile, year: int) -> CardDetails:
    chance = dice(profile.code, "staff", year)
    beginners = max(0, profile.beginners + (chance.randint(-1, 1) if profile.beginners else 0))
    return CardDetails(
        pupils=pupils(profile, year),
        teachers=profile.teachers + chance.randint(-1, 2),
        early_career_teachers=beginners,
        site_section_url=profile.site,
    )
