"""Local acts of the schools: the checklist is nearly whole, one order was replaced, small schools lack something."""

from __future__ import annotations

from datetime import date
from functools import partial

from roadmap.acts import service
from roadmap.acts.checklist import Item
from roadmap.acts.models import LocalAct, ProgrammeKind
from roadmap.acts.service import ActDetails
from roadmap.demo import june
from roadmap.demo.pairs import THIS_YEAR, pairs_of, school_year
from roadmap.demo.scan import demo_scan
from roadmap.demo.schools import Profile
from roadmap.demo.timeline import workdays_after
from roadmap.demo.world import World

BY = "приказ директора"
FOUNDING, NEW_CURATOR = date(2022, 11, 14), date(2024, 9, 2)
LABOUR, SEPARATE = date(2025, 2, 26), date(2025, 9, 1)  # rules.md 5
LACKING = {"se-06": (Item.L9, Item.L10), "se-07": (Item.L10,), "yl-02": (Item.L9,)}
NO_LINK = ("se-06", Item.L5)
WITH_FILE = {("se-01", Item.L1), ("se-01", Item.L10), ("yl-01", Item.L10)}
CURATOR_CHANGED = "se-01"


def plan_acts(world: World, profile: Profile) -> None:
    """What was founded once, and what a school adopts each September of the last two school years."""
    acts = SchoolActs(world, profile)
    acts.plan_founding()
    year = school_year(world.today)
    for of_year in (year - 1, year):
        acts.plan_year(of_year)


class SchoolActs:
    """Acts of one school; each is entered two working days after its date."""

    def __init__(self, world: World, profile: Profile) -> None:
        self.world, self.profile = world, profile
        self.order = 100 + profile.number * 7  # as the June report numbers its orders
        self.appointment: LocalAct | None = None

    def plan_founding(self) -> None:
        order, council = self.order, (f"{self.profile.number + 1}", date(2022, 11, 11))
        title = "О внедрении целевой модели наставничества и назначении куратора"
        self._add(Item.L1, title, f"{order - 3}", date(2022, 11, 10), "prikaz-o-vnedrenii")
        self._add(Item.L2, "Положение о системе наставничества", f"{order}", FOUNDING, "polozhenie", council=council)
        pay = "Изменения в Положение об оплате труда: доплата наставникам"
        note = "Доплата устанавливается приказом директора на учебный год."
        self._add(Item.L6, pay, f"{order + 40}", date(2023, 1, 30), "oplata-truda", note=note)
        means = "Справка о материально-техническом обеспечении наставничества"
        self._add(Item.L10, means, "б/н", date(2023, 3, 20), "usloviya")
        self._add(Item.L9, "План мониторинга и анкеты участников", f"{order - 40}", date(2023, 9, 4), "monitoring")
        if self.profile.code == CURATOR_CHANGED:
            self.world.timeline.add(workdays_after(NEW_CURATOR, 2), 12, 0, self._change_curator)
        self._add(Item.L8, "Форма согласия на обработку персональных данных", f"{order - 33}", SEPARATE, "soglasie")

    def plan_year(self, year: int) -> None:
        order, last = self.order, date(year + 1, 8, 31)
        span = f"{year}/{year + 1} учебный год"
        programme = ActDetails(
            f"Программа наставничества на {span}",
            f"{order - 31}",
            date(year, 9, 5),
            BY,
            date(year, 9, 5),
            last,
            programme_kind=ProgrammeKind.PROGRAMME.value,
            period_start=date(year, 9, 1),
            period_end=last,
            link=f"{self.profile.site}/programma-{year}",
        )
        self._plan(Item.L3, programme)
        pairs, teachers = self._counts(year)
        pages = (
            (Item.L4, "О закреплении наставнических пар и групп", order - 22, 16, "pary", None),
            (Item.L5, "Перечень персонализированных программ", order - 15, 30, "programmy", pairs),
        )
        for item, title, number, day, page, quantity in pages:
            self._add(item, f"{title}, {span}", f"{number}", date(year, 9, day), f"{page}-{year}", last, quantity)
        if teachers:
            since = max(date(year, 9, 16), LABOUR)
            title = f"Дополнительные соглашения с наставниками, {span}"
            self._add(Item.L7, title, f"{order - 21}", since, f"soglasheniya-{year}", last, teachers)

    def _add(
        self,
        item: Item,
        title: str,
        number: str,
        day: date,
        page: str,
        last: date | None = None,
        quantity: int | None = None,
        council: tuple[str, date] = ("", date.min),
        note: str = "",
    ) -> None:
        link = "" if (self.profile.code, item) == NO_LINK else f"{self.profile.site}/{page}"
        details = ActDetails(
            title,
            number,
            day,
            BY,
            day,
            last,
            council_number=council[0],
            council_on=council[1] if council[0] else None,
            quantity=quantity,
            link=link,
            note=note,
        )
        self._plan(item, details)

    def _plan(self, item: Item, details: ActDetails) -> None:
        if item not in LACKING.get(self.profile.code, ()):
            day = workdays_after(details.approved_on, 2)
            self.world.timeline.add(day, 12, list(Item).index(item), partial(self._enter, item, details))

    def _enter(self, item: Item, details: ActDetails) -> None:
        code = self.profile.code
        scan = (code, item) in WITH_FILE or item is Item.L8
        file = demo_scan(f"{details.number} {details.approved_on:%d.%m.%Y}") if scan else None
        act = service.add(self.world.schools[code], item, details, file, self.world.filler(self.profile))
        if item is Item.L1:
            self.appointment = act

    def _change_curator(self) -> None:
        old = self.appointment
        assert old is not None
        details = ActDetails(
            "О назначении куратора программы наставничества",
            f"{self.order - 38}",
            NEW_CURATOR,
            BY,
            NEW_CURATOR,
            link=f"{self.profile.site}/prikaz-o-kuratore-2024",
            note="Заменяет приказ 2022 года в связи со сменой куратора.",
        )
        file = demo_scan(f"{details.number} {NEW_CURATOR:%d.%m.%Y}")
        service.replace(old, details, file, old.version, self.world.filler(self.profile))

    def _counts(self, year: int) -> tuple[int, int]:
        """Pairs, and pairs of teachers: of the bases where there are some, else as the June report tells."""
        if self.profile.code not in THIS_YEAR or year != school_year(self.world.today):
            return june.pairs(self.profile, year + 1), 0
        found = pairs_of(self.profile, year, THIS_YEAR[self.profile.code])
        return len(found), sum(pair.teachers for pair in found)
