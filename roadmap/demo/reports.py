"""Monthly returns and June reports, played through the services by those whose work they are."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from roadmap.catalogue import MEASURES
from roadmap.demo import june, months
from roadmap.demo.fates import fate_of
from roadmap.demo.mistakes import REOPENED_REMARK, mistaken
from roadmap.demo.people import ACCOUNTS
from roadmap.demo.schools import Profile
from roadmap.demo.timeline import dice
from roadmap.demo.world import World
from roadmap.plan.models import Occurrence
from roadmap.plan.service import mark_not_required
from roadmap.submissions import service
from roadmap.submissions.models import Submission

MODULES = ("monthly_return", "school_report")
# The monthly form came with the second school year: what was told on paper before is not asked again.
MONTHLY_SINCE = date(2023, 9, 1)
ON_PAPER = "Сведения представлены на бумаге: ежемесячная форма введена с сентября 2023 года."
HOURS = {"begin": 9, "send": 10, "return": 13, "reopen": 14, "accept": 15}


def plan_report(world: World, occurrence: Occurrence) -> None:
    """Its steps, each later than the one before, also on the same day."""
    assert occurrence.school_id is not None
    profile = world.profile(occurrence.school_id)
    if occurrence.measure.module == "monthly_return" and occurrence.period_end < MONTHLY_SINCE:
        actor = world.specialist(profile.municipality)
        step = partial(mark_not_required, occurrence, ON_PAPER, occurrence.version, actor)
        world.timeline.add(MONTHLY_SINCE, 10, 0, step)
        return
    fate = fate_of(profile, occurrence, world.today)
    report = Report(world, occurrence, profile, [verb for verb, day in fate if day < world.today])
    chance = dice(profile.code, "hours", occurrence.measure.module, occurrence.period)
    last_day, last_hour = occurrence.opens_on, 0
    for verb, day in fate:
        day = max(day, last_day)
        hour = max(HOURS[verb], last_hour + 1) if day == last_day else HOURS[verb]
        minute = chance.randint(0, 29)
        if verb == "send" and report.filler is not report.head:
            world.timeline.add(day, hour, minute, report.hand_over)
        world.timeline.add(day, hour, minute + 30, report.steps[verb])
        last_day, last_hour = day, hour


class Report:
    """One school's report on its way; each of ``steps`` is a step of the timeline."""

    def __init__(self, world: World, occurrence: Occurrence, profile: Profile, verbs: list[str]) -> None:
        self.occurrence, self.profile, self.verbs, self.names = occurrence, profile, verbs, world.names
        self.filler, self.head = world.filler(profile), world.head(profile)
        self.methodist = world.methodist(profile.municipality)
        self.right = self._answers()
        self.first, self.remark = self.right, ""
        monthly = occurrence.measure.module == "monthly_return"
        if "return" in verbs or (monthly and "reopen" in verbs):
            self.first, self.remark = mistaken(occurrence.measure.module, self.right, profile.number)
        self.reason_to_reopen = self.remark if monthly else REOPENED_REMARK
        self.submission: Submission | None = None
        self.steps = {
            "begin": self.begin,
            "send": self.send,
            "return": self.send_back,
            "reopen": self.reopen,
            "accept": self.accept,
        }

    def begin(self) -> None:
        """A whole draft where it is sent later, else its first step."""
        self.submission = service.start(self.occurrence, self.filler)
        self._save(self.first, whole="send" in self.verbs)

    def hand_over(self) -> None:
        """The curator's part, half an hour before the head sends it; the second time with the mistake corrected."""
        submission = self._submission()
        self._correct(submission)
        service.hand_over(submission, submission.version, self.filler)

    def send(self) -> None:
        submission = self._submission()
        if self.filler is self.head:
            self._correct(submission)
        service.submit(submission, submission.version, self.head)

    def send_back(self) -> None:
        submission = self._submission()
        service.send_back(submission, submission.version, self.methodist, self.remark)

    def reopen(self) -> None:
        submission = self._submission()
        service.reopen(submission, submission.version, self.methodist, self.reason_to_reopen)

    def accept(self) -> None:
        submission = self._submission()
        service.accept(submission, submission.version, self.methodist)

    def _correct(self, submission: Submission) -> None:
        if submission.number and self.first is not self.right:
            self._save(self.right, whole=True)

    def _save(self, answers: dict[str, Any], whole: bool) -> None:
        submission, form = self._submission(), MEASURES[self.occurrence.measure.module].form
        assert form is not None
        draft = form.to_draft(answers)
        if not whole:
            draft = {name: draft[name] for name in form.step_names(form.STEPS[0].key, draft)}
        service.save_draft(submission, draft, submission.version, self.filler)

    def _answers(self) -> dict[str, Any]:
        if self.occurrence.measure.module == "monthly_return":
            return months.answers(self.profile, self.occurrence.period_start)
        posts = {account.username: account.post for account in ACCOUNTS}
        curator = self.profile.curator
        post = posts.get(curator, "заместитель директора по учебно-воспитательной работе")
        return june.answers(self.profile, self.occurrence.due.year, self.names[curator], post)

    def _submission(self) -> Submission:
        assert self.submission is not None
        return self.submission
