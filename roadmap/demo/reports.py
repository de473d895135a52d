"""Monthly returns and June reports: filled, sent, returned, sent again, accepted, on believable days.

The latest month shows one of each: a report that waits, one returned, a draft, one not begun. The June reports of any
year pass through the same picture in the first days of June.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from dateutil.relativedelta import relativedelta

from roadmap.catalogue import MEASURES
from roadmap.demo import june, months
from roadmap.demo.people import ACCOUNTS
from roadmap.demo.schools import Profile
from roadmap.demo.timeline import ONE, dice, workday, workdays_after, workdays_before
from roadmap.demo.words import MONTH_REMARKS, REOPENED, REPORT_REMARKS
from roadmap.demo.world import World
from roadmap.plan.models import Occurrence
from roadmap.submissions import service
from roadmap.submissions.models import Submission

SETTLED = timedelta(days=6)  # a month is shown in the making until the next one is six days old
REOPENED_SCHOOL = "se-06"


@dataclass(frozen=True)
class Fate:
    """The days on which a report was begun, sent, returned, sent again and accepted; None: that never happened."""

    begun: date | None
    sent: date | None = None
    returned: date | None = None
    again: date | None = None
    accepted: date | None = None


def plan_report(world: World, occurrence: Occurrence) -> None:
    assert occurrence.school_id is not None
    profile = world.profile(occurrence.school_id)
    if occurrence.measure.module == "monthly_return":
        _plan(world, occurrence, profile, month_fate(profile, occurrence, world.today), _month_answers, MONTH_REMARKS)
    else:
        _plan(world, occurrence, profile, june_fate(profile, occurrence), _june_answers, REPORT_REMARKS)
        _plan_reopening(world, occurrence, profile)


def shown_month(today: date) -> date:
    """The first day of the month whose returns are shown in the making."""
    return (today - SETTLED).replace(day=1) - relativedelta(months=1)


def month_fate(profile: Profile, occurrence: Occurrence, today: date) -> Fate:
    """Usually sent by the fifth and accepted within three working days."""
    if occurrence.period_start == shown_month(today) and (special := _shown_fate(profile, occurrence, today)):
        return special
    chance = dice(profile.code, "month fate", occurrence.period)
    late = chance.random() < 0.08
    if late:
        sent = workdays_after(occurrence.due, chance.randint(1, 3))
    else:
        sent = workday(occurrence.due - timedelta(days=chance.randint(0, 3)))
    return _decided(sent, sent - timedelta(days=chance.randint(0, 1)), chance.random() < 0.06, chance.randint(1, 3))


def _shown_fate(profile: Profile, occurrence: Occurrence, today: date) -> Fate | None:
    """By school, counted back from today; None leaves it to chance."""
    on_time = workday(occurrence.due - ONE)
    yesterday, before = workdays_before(today, 1), workdays_before(today, 2)
    first = max(on_time, workdays_before(today, 4))
    match profile.code:
        case "se-01":
            return Fate(first, first, yesterday)
        case "se-02":
            return Fate(on_time, on_time, workdays_before(today, 3), yesterday)
        case "se-04" | "yl-02":
            return Fate(before, before)
        case "se-05":
            return Fate(workday(occurrence.due))
        case "se-06":
            return Fate(None)
    return None


def june_fate(profile: Profile, occurrence: Occurrence) -> Fate:
    """Offsets in days from 10 June; who is early and who late changes from year to year."""
    due, year = occurrence.due, occurrence.due.year
    place = (profile.number + year - 2026) % 7 if profile.municipality == "se" else profile.number + 3

    def day(offset: int) -> date:
        return workday(due + timedelta(days=offset))

    match place:
        case 3:
            return Fate(day(-21), day(-12), accepted=day(-8))
        case 0:
            return Fate(day(-16), day(-7), accepted=day(-5))
        case 1:
            return Fate(day(-22), day(-8), day(-5), day(-1), day(2))
        case 2:
            return Fate(day(-9), day(-5), accepted=day(-1))
        case 4:
            return Fate(day(-13), day(-5), accepted=day(0))
        case 5:
            return Fate(day(-5), day(0), accepted=workdays_after(due, 3))
    late = workdays_after(due, 2)
    return Fate(due, late, accepted=workdays_after(late, 2))


def _decided(sent: date, begun: date, returned: bool, wait: int) -> Fate:
    if not returned:
        return Fate(begun, sent, accepted=workdays_after(sent, wait))
    back = workdays_after(sent, 1)
    again = workdays_after(back, wait)
    return Fate(begun, sent, back, again, workdays_after(again, 1))


def _month_answers(world: World, profile: Profile, occurrence: Occurrence) -> dict[str, Any]:
    return months.answers(profile, occurrence.period_start)


def _june_answers(world: World, profile: Profile, occurrence: Occurrence) -> dict[str, Any]:
    post = next((one.post for one in ACCOUNTS if one.username == profile.curator), "заместитель директора по УВР")
    return june.answers(profile, occurrence.due.year, world.names[profile.curator], post)


def _plan(
    world: World, occurrence: Occurrence, profile: Profile, fate: Fate, answers: Any, remarks: tuple[str, ...]
) -> None:
    """One day may hold several steps: the school's first sending in the morning, its second in the evening."""
    if fate.begun is None:
        return
    chance = dice(profile.code, "hours", occurrence.measure.module, occurrence.period)
    report = Report(world, occurrence, profile, answers)
    add, minute = world.timeline.add, lambda: chance.randint(0, 59)
    add(max(fate.begun, occurrence.opens_on), 9, minute(), partial(report.begin, whole=fate.sent is not None))
    if fate.sent:
        add(fate.sent, 10, minute(), report.send)
    if fate.returned:
        add(fate.returned, 13, minute(), partial(report.send_back, chance.choice(remarks)))
    if fate.again:
        add(fate.again, 15, minute(), report.send)
    if fate.accepted:
        add(fate.accepted, 16, minute(), report.accept)


class Report:
    """One school's report on its way; each method is a step of the timeline."""

    def __init__(self, world: World, occurrence: Occurrence, profile: Profile, answers: Any) -> None:
        self.world, self.occurrence, self.profile, self.answers = world, occurrence, profile, answers
        self.submission: Submission | None = None

    def begin(self, whole: bool) -> None:
        """A whole draft, or its first step only."""
        filler = self.world.filler(self.profile)
        self.submission = submission = service.start(self.occurrence, filler)
        form = MEASURES[self.occurrence.measure.module].form
        assert form is not None
        draft = form.to_draft(self.answers(self.world, self.profile, self.occurrence))
        if not whole or self.profile.code == "se-05":
            draft = {name: draft[name] for name in form.step_names(form.STEPS[0].key, draft)}
        service.save_draft(submission, draft, submission.version, filler)

    def send(self) -> None:
        submission = self._submission()
        service.submit(submission, submission.version, self.world.head(self.profile))

    def send_back(self, reason: str) -> None:
        submission = self._submission()
        service.send_back(submission, submission.version, self.world.methodist(self.profile.municipality), reason)

    def accept(self) -> None:
        submission = self._submission()
        service.accept(submission, submission.version, self.world.methodist(self.profile.municipality))

    def _submission(self) -> Submission:
        assert self.submission is not None
        return self.submission
