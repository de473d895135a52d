"""Practices in every state, scores of experts, thematic events, and mentors in professional communities."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import partial

from roadmap import clock
from roadmap.accounts.models import User
from roadmap.demo.pairs import THIS_YEAR, pairs_of, school_year
from roadmap.demo.practice_words import COMMENTS, COMMUNITIES, REJECTION, card
from roadmap.demo.schools import PROFILES, Profile
from roadmap.demo.timeline import dice, workday, workdays_after, workdays_before
from roadmap.demo.world import World
from roadmap.practices import activities, service
from roadmap.practices.activities import EventDetails, MemberDetails
from roadmap.practices.models import Criterion, Practice, PracticeEvent, PracticeReview, RaopState


def plan_practices(world: World) -> None:
    """Two schools' cards in the registry, one rejected, and of the last days one scored, one sent, one begun."""
    year, people, today = school_year(world.today), world.users, world.today
    first = CardHistory(world, "se-01", "Первый год вместе")
    first.judge(date(year - 1, 10, 15), (people["methodist"], people["head-2"]), "include")
    world.timeline.add(workday(date(year - 1, 12, 9)), 16, 0, partial(first.send_to_raop))
    second = CardHistory(world, "se-02", "Математический патруль")
    second.judge(date(year - 1, 11, 12), (people["methodist"], people["head-1"], people["head-3"]), "include")
    rejected = CardHistory(world, "se-04", "День в профессии")
    rejected.judge(date(year - 1, 12, 3), (people["methodist"],), "reject")
    other = CardHistory(world, "yl-01", "Проект от идеи до защиты")
    other.judge(date(year - 1, 11, 20), (people["other-methodist"], people["other-head-2"]), "include")
    scored = CardHistory(world, "se-03", "Таёжный маршрут")
    scored.judge(workdays_before(today, 9), (people["methodist"], people["head-1"]), "", given=1)
    CardHistory(world, "se-01", "Школа юного экскурсовода").judge(workdays_before(today, 3), (), "")
    begun = CardHistory(world, "se-05", "Читаем вместе", whole=False)
    world.timeline.add(workdays_before(today, 4), 12, 20, begun.begin)
    _plan_events(world, year, first, second)
    _plan_communities(world, year)


class CardHistory:
    """A practice on its way; each method without arguments is a step of the timeline."""

    def __init__(self, world: World, code: str, title: str, whole: bool = True) -> None:
        self.world, self.title, self.whole = world, title, whole
        self.profile = next(one for one in PROFILES if one.code == code)
        self.specialist = world.specialist(self.profile.municipality)
        self.reviews: list[PracticeReview] = []
        self.practice: Practice | None = None

    def judge(self, day: date, experts: Iterable[User], decision: str, given: int = 9) -> None:
        """Begun on ``day``, sent the next, then experts are invited and ``given`` of them score."""
        add, start = self.world.timeline.add, workday(day)
        add(start, 12, 0, self.begin)
        add(workdays_after(start, 1), 12, 10, self.submit)
        for place, expert in enumerate(experts):
            add(workdays_after(start, 3), 12, 30 + place, partial(self.invite, expert))
            if place < given:
                add(workdays_after(start, 5 + place), 13, 10, partial(self.score, place))
        if decision:
            add(workdays_after(start, 10), 15, 0, self.include if decision == "include" else self.reject)

    def begin(self) -> None:
        code, link = self.profile.code, f"{self.profile.site}/praktiki/{dice('practice', self.title).randint(10, 99)}"
        authors = self.world.names[self.profile.curator]
        details = card(self.title, authors, link, self.whole)
        self.practice = service.add(self.world.schools[code], details, None, self._author())

    def submit(self) -> None:
        service.submit(self.known(), self.known().version, self._author())

    def invite(self, expert: User) -> None:
        self.reviews.append(service.invite(self.known(), expert.id, self.specialist))

    def score(self, place: int) -> None:
        review, chance = self.reviews[place], dice("score", self.title, place)
        points = {criterion: chance.randint(6, 10) for criterion in Criterion}
        comment = COMMENTS[place % len(COMMENTS)]
        service.score(review, points, comment, review.version, review.expert)

    def include(self) -> None:
        service.include(self.known(), self.known().version, self.specialist)

    def reject(self) -> None:
        service.reject(self.known(), REJECTION, self.known().version, self.specialist)

    def send_to_raop(self) -> None:
        practice = self.known()
        service.set_raop(practice, RaopState.SENT, clock.today(), "", practice.version, self.specialist)

    def known(self) -> Practice:
        assert self.practice is not None
        return self.practice

    def _author(self) -> User:
        return self.world.filler(self.profile)


class EventHistory:
    """Planned in the autumn, then held."""

    def __init__(self, actor: User, day: date, level: str, theme: str, shown: CardHistory | None = None) -> None:
        self.actor, self.day, self.level, self.theme, self.shown = actor, day, level, theme, shown
        self.event: PracticeEvent | None = None

    def plan(self) -> None:
        self.event = activities.add_event(self._details(), self.actor)

    def hold(self, participants: int, link: str) -> None:
        assert self.event is not None
        details = EventDetails(
            **(
                vars(self._details())
                | {
                    "held_on": clock.today(),
                    "participants": participants,
                    "link": link,
                }
            )
        )
        activities.change_event(self.event, details, self.event.version, self.actor)

    def _details(self) -> EventDetails:
        shown = self.shown.known().id if self.shown else None
        return EventDetails(workday(self.day), self.level, self.theme, practice_id=shown)


def _plan_events(world: World, year: int, first: CardHistory, second: CardHistory) -> None:
    office, head, other = world.users["specialist"], world.users["curator-1"], world.users["head-2"]
    for of_year in (year - 1, year):
        known = of_year == year  # the cards are in the registry from the winter of the year before on
        events = (
            EventHistory(
                office, date(of_year, 11, 18), "municipal", "Ярмарка практик наставничества", first if known else None
            ),
            EventHistory(
                head,
                date(of_year, 10, 22),
                "school",
                "Мастер-класс наставников для молодых учителей",
                first if known else None,
            ),
            EventHistory(
                other,
                date(of_year + 1, 2, 12),
                "municipal",
                "Семинар «Старшие помогают младшим»",
                second if known else None,
            ),
            EventHistory(office, date(of_year + 1, 4, 15), "municipal", "Конференция «Наставник – это призвание»"),
        )
        for number, event in enumerate(events):
            site = (
                "https://edu.example/nastavnichestvo"
                if event.level == "municipal"
                else "https://school-1.example/nastavnichestvo"
            )
            world.timeline.add(workday(date(of_year, 9, 24)), 11, number, event.plan)
            hold = partial(event.hold, 18 + 7 * number, f"{site}/meropriyatiya/{of_year}-{number + 1}")
            world.timeline.add(workday(event.day), 17, 0, hold)


def _plan_communities(world: World, year: int) -> None:
    """Three mentors of the bases, since the winter of the year before."""
    for code, words in zip(("se-01", "se-01", "se-03"), COMMUNITIES, strict=True):
        profile = next(one for one in PROFILES if one.code == code)
        teachers = [one.mentor for one in pairs_of(profile, year, THIS_YEAR[code]) if not one.mentor.pupil]
        mentor = teachers[COMMUNITIES.index(words)].details.full_name
        world.timeline.add(workday(date(year - 1, 12, 16)), 15, 10, partial(_join, world, profile, mentor, words))


def _join(world: World, profile: Profile, mentor: str, words: tuple[str, str, str, str]) -> None:
    community, level, role, activity = words
    details = MemberDetails(mentor, community, level, role, clock.today(), activity)
    activities.add_member(world.schools[profile.code], details, world.filler(profile))
