"""Mentors in professional communities, and thematic events: plan and fact of a school year."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from roadmap import clock
from roadmap.access import Action, grants, is_office
from roadmap.language import school_year
from roadmap.practices import activities
from roadmap.practices.blueprint import bp
from roadmap.practices.forms import EventForm, MemberForm
from roadmap.practices.models import CommunityMember, PracticeEvent
from roadmap.web import page, posted_version, redirect_to

SHOWN_YEARS = 5


@bp.get("/communities")
@grants(Action.READ_PRACTICES)
def communities() -> ResponseReturnValue:
    members = activities.members(current_user)
    return page(
        "practices/communities",
        members=members,
        counts=activities.mentors_by_school(members),
        office=is_office(current_user),
    )


@bp.route("/communities/new", methods=["GET", "POST"])
@grants(Action.KEEP_PRACTICES)
def new_member() -> ResponseReturnValue:
    form = MemberForm(request.form if request.method == "POST" else None)
    if request.method == "POST":
        if form.validate():
            activities.add_member(current_user.school, form.details(), current_user)
            return redirect_to("practices.communities", "Запись сохранена.")
        return page("practices/new_member", 422, form=form)
    return page("practices/new_member", form=form)


@bp.route("/communities/<uuid:member_id>/edit", methods=["GET", "POST"])
@grants(Action.KEEP_PRACTICES, CommunityMember)
def edit_member(member: CommunityMember) -> ResponseReturnValue:
    if request.method == "GET":
        names = ("mentor", "community", "level", "role", "activity")
        values = {name: getattr(member, name) for name in names} | {"since": member.since.isoformat()}
        return page("practices/edit_member", member=member, form=MemberForm.of(values), version=member.version)
    form, version = MemberForm(request.form), posted_version()
    if not form.validate():
        return page("practices/edit_member", 422, member=member, form=form, version=version)
    activities.change_member(member, form.details(), version, current_user)
    return redirect_to("practices.communities", "Запись исправлена.")


@bp.post("/communities/<uuid:member_id>/remove")
@grants(Action.KEEP_PRACTICES, CommunityMember)
def remove_member(member: CommunityMember) -> ResponseReturnValue:
    activities.remove_member(member, posted_version(), current_user)
    return redirect_to("practices.communities", "Запись удалена.")


@bp.get("/events")
@grants(Action.READ_PRACTICES)
def events() -> ResponseReturnValue:
    """``?year=``: the calendar year of the school year's September."""
    this_year = int(school_year(clock.today())[:4])
    years = range(this_year + 1, this_year - SHOWN_YEARS, -1)
    typed = request.args.get("year", "")
    year = int(typed) if typed in map(str, years) else this_year
    return page(
        "practices/events",
        events=activities.events(current_user, year),
        year=year,
        years=years,
        today=clock.today(),
        office=is_office(current_user),
    )


@bp.route("/events/new", methods=["GET", "POST"])
@grants(Action.KEEP_EVENTS)
def new_event() -> ResponseReturnValue:
    if request.method == "GET":
        return page("practices/new_event", form=EventForm.offering(activities.event_practices(current_user)))
    form = _posted_event()
    if form.errors:
        return page("practices/new_event", 422, form=form)
    event = activities.add_event(form.details(), current_user)
    return _to_events(event, "Мероприятие сохранено.")


@bp.route("/events/<uuid:event_id>/edit", methods=["GET", "POST"])
@grants(Action.KEEP_EVENTS, PracticeEvent)
def edit_event(event: PracticeEvent) -> ResponseReturnValue:
    """The plan, and after the event its fact."""
    if request.method == "GET":
        form = EventForm.offering(activities.event_practices(current_user), values=_event_values(event))
        return page("practices/edit_event", event=event, form=form, version=event.version)
    form, version = _posted_event(), posted_version()
    if form.errors:
        return page("practices/edit_event", 422, event=event, form=form, version=version)
    activities.change_event(event, form.details(), version, current_user)
    return _to_events(event, "Мероприятие сохранено.")


@bp.post("/events/<uuid:event_id>/remove")
@grants(Action.KEEP_EVENTS, PracticeEvent)
def remove_event(event: PracticeEvent) -> ResponseReturnValue:
    answer = _to_events(event, "Мероприятие удалено из плана.")
    activities.remove_event(event, posted_version(), current_user)
    return answer


def _posted_event() -> EventForm:
    form = EventForm.offering(activities.event_practices(current_user), request.form)
    form.validate()
    form.check(clock.today())
    return form


def _event_values(event: PracticeEvent) -> dict[str, Any]:
    return {
        "theme": event.theme,
        "level": event.level,
        "planned_on": event.planned_on.isoformat(),
        "practice": str(event.practice_id) if event.practice_id else None,
        "held": event.held_on is not None,
        "held_on": event.held_on.isoformat() if event.held_on else None,
        "participants": event.participants,
        "link": event.link,
    }


def _to_events(event: PracticeEvent, message: str) -> ResponseReturnValue:
    return redirect_to("practices.events", message, year=school_year(event.planned_on)[:4])
