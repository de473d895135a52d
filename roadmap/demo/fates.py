"""On which days a report was begun, sent, judged and sent again.

The latest month shows one of each: a report that waits, one given back, a draft, one not begun. The June reports of
any year pass through the same picture in the first days of June.
"""

from __future__ import annotations

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from roadmap.demo.schools import Profile
from roadmap.demo.timeline import ONE, dice, workday, workdays_after, workdays_before
from roadmap.plan.models import Occurrence

SETTLED = timedelta(days=6)  # a month is shown in the making until the next one is six days old
LONG_AGO = timedelta(days=9)  # after the due date: then a report given back had been accepted first
SEASON = timedelta(days=25)  # June reports are settled so long after their date

# «begin», «send», «accept», «return» or «reopen» and its day, in order
Fate = list[tuple[str, date]]


def fate_of(profile: Profile, occurrence: Occurrence, today: date) -> Fate:
    if occurrence.measure.module == "school_report":
        return _june(profile, occurrence.due) + _reopening(profile, occurrence.due, today)
    if occurrence.period_start == shown_month(today):
        shown = _shown(profile, occurrence.due, today)
        if shown is not None:
            return shown
    return _month(profile, occurrence)


def shown_month(today: date) -> date:
    """The first day of the month whose returns are shown in the making."""
    return (today - SETTLED).replace(day=1) - relativedelta(months=1)


def _month(profile: Profile, occurrence: Occurrence) -> Fate:
    """Usually sent by the fifth and accepted within three working days."""
    chance = dice(profile.code, "month fate", occurrence.period)
    if chance.random() < 0.08:
        sent = workdays_after(occurrence.due, chance.randint(1, 3))
    else:
        sent = workday(occurrence.due - timedelta(days=chance.randint(0, 3)))
    wait = chance.randint(1, 3)
    begun: Fate = [("begin", sent - timedelta(days=chance.randint(0, 1))), ("send", sent)]
    if chance.random() >= 0.06:
        return [*begun, ("accept", workdays_after(sent, wait))]
    back = workdays_after(sent, 1)
    again = workdays_after(back, wait)
    return [*begun, ("return", back), ("send", again), ("accept", workdays_after(again, 1))]


def _shown(profile: Profile, due: date, today: date) -> Fate | None:
    """By school, counted back from today; None leaves it to chance."""
    before = [workdays_before(today, count) for count in range(5)]
    sent = min(workday(due - ONE), before[3])
    first: Fate = [("begin", sent), ("send", sent)]
    back = "return"
    if due + LONG_AGO < today:
        first.append(("accept", workdays_after(sent, 2)))
        back = "reopen"
    match profile.code:
        case "se-01":
            return [*first, (back, before[1])]
        case "se-02":
            return [*first, (back, before[2]), ("send", before[1])]
        case "se-04" | "yl-02":
            return [("begin", before[3]), ("send", before[2])]
        case "se-05":
            return [("begin", workday(min(due, before[1])))]
        case "se-06":
            return []
    return None


def _june(profile: Profile, due: date) -> Fate:
    """Who is early and who is late changes from year to year."""
    place = (profile.number + due.year - 2026) % 7 if profile.municipality == "se" else profile.number + 3

    def day(offset: int) -> date:
        return workday(due + timedelta(days=offset))

    if place == 1:
        back, again = day(-5), day(-1)
        return [("begin", day(-22)), ("send", day(-8)), ("return", back), ("send", again), ("accept", day(2))]
    if place == 6:
        late = workdays_after(due, 2)
        return [("begin", due), ("send", late), ("accept", workdays_after(late, 2))]
    offsets = {
        0: (-16, -7, -5),
        2: (-9, -5, -1),
        3: (-21, -12, -8),
        4: (-13, -5, 0),
        5: (-5, 0, 4),
    }
    begun, sent, accepted = map(day, offsets[place])
    return [("begin", begun), ("send", sent), ("accept", accepted)]


def reopened(profile: Profile, due: date, today: date) -> bool:
    """Late in the year one school is asked to correct its accepted June report."""
    return profile.code == "se-06" and due + SEASON < today <= date(due.year, 12, 31)


def _reopening(profile: Profile, due: date, today: date) -> Fate:
    return [("reopen", workdays_before(today, 2))] if reopened(profile, due, today) else []
