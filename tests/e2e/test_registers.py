"""The registers in a real browser: a mentor and a mentee with consents, their pair, a programme from the request to the
head's approval and the methodist's agreement; and a row of a list that turns into a form and back."""

from __future__ import annotations

import re

import factories
import pytest
import register_world as world
from playwright.sync_api import Page, expect
from sqlalchemy import select

from roadmap.database import db
from roadmap.programmes.models import Programme
from roadmap.registers.models import Mentorship, Participant
from roadmap.registers.service import change_some
from roadmap.registers.words import ConsentKind

MENTOR = {"full_name": "Иванова Мария Петровна", "birth_year": "1980", "post": "учитель", "contact": "8 391 000"}
MENTEE = {"full_name": "Петров Пётр Ильич", "birth_year": "2013", "group": "7 А", "request": "математика"}
PAIR = {"starts_on": "15.09.2025", "ends_on": "31.08.2026", "order_number": "12", "order_on": "12.09.2025"}
PLAN = {
    "frequency": "раз в неделю",
    "aim": "успешная сдача экзамена",
    "tasks": "первая\nвторая\nтретья",
    "expected": "средний балл не ниже 4",
}
EDIT = re.compile("^Изменить.*Иванова Мария Петровна")
EVENT = {"title": "Посещение урока", "due": "20.09.2025", "expected": "конспект урока"}


@pytest.mark.parametrize(("width", "scripts"), [(1280, True), (360, True), (360, False)])
def test_from_people_to_an_agreed_programme(app, people, server, width: int, scripts: bool):
    head = people("head", width, scripts)
    mentor = _person(head, server, "mentor", MENTOR, ConsentKind.MENTOR_ADULT, "own_signed")
    mentee = _person(head, server, "mentee", MENTEE, ConsentKind.STUDENT_UNDER14, "representative_signed")
    _no_sideways_scroll(head, width)

    head.goto(f"{server}/register/pairs/new")
    _choose(head, "mentor", mentor)
    head.locator(f"[name=mentees][value='{mentee}']").check()
    _choose(head, "form", "teacher_pupil")
    _choose(head, "kind", "one_to_one")
    _fill(head, PAIR)
    head.get_by_role("button", name=re.compile("Сохранить|Составить")).last.click()
    head.get_by_text("Проект пары сохранён.").wait_for()
    _no_sideways_scroll(head, width)
    _confirm(head, "Утвердить пару")
    head.get_by_text("Пара утверждена.").wait_for()

    head.get_by_role("link", name="Программа", exact=True).click()
    head.get_by_role("button", name="Составить программу").click()
    head.get_by_text("Проект программы создан.").wait_for()
    assert head.locator("[name=request]").input_value() == "математика"
    head.get_by_role("button", name="Добавить мероприятие").click()
    head.locator("[name=plan-0-title]").wait_for()
    head.locator("[name=mode][value=onsite]").check()
    _fill(head, PLAN | {f"plan-0-{name}": value for name, value in EVENT.items()})
    _choose(head, "plan-0-way", "visit")
    _no_sideways_scroll(head, width)
    head.get_by_role("button", name="Сохранить план").click()
    head.get_by_text("Сохранено.").wait_for()
    _confirm(head, "Утвердить программу")
    head.get_by_text("передана методисту на согласование").wait_for()
    _no_sideways_scroll(head, width)

    methodist = people("methodist", width, scripts)
    methodist.goto(f"{server}/queue?kind=programme")
    _no_sideways_scroll(methodist, width)
    methodist.get_by_role("link", name=re.compile("программа")).first.click()
    methodist.get_by_role("heading", name="Решение методиста").wait_for()
    _no_sideways_scroll(methodist, width)
    methodist.get_by_role("button", name="Вернуть на доработку").click()
    methodist.get_by_text("без причины вернуть нельзя").first.wait_for()
    methodist.get_by_role("button", name="Согласовать").click()
    methodist.get_by_text("Программа согласована.").wait_for()
    assert _states(app) == ("approved", "approved", "accepted")
    head.goto(f"{server}/programmes")
    expect(head.locator("[data-label=Методист]")).to_have_text("согласована")


@pytest.mark.parametrize("width", [1280, 360])
def test_a_row_turns_into_a_form_and_back_by_keyboard(app, people, server, width: int):
    key = _teacher(app)
    head = people("head", width)
    head.goto(f"{server}/register/mentors")
    edit = head.get_by_role("link", name=EDIT)
    edit.focus()
    head.keyboard.press("Enter")
    post = head.locator(f"#post-{key}")
    expect(post).to_be_focused()
    _no_sideways_scroll(head, width)
    head.locator(f"#experience_years-{key}").fill("сто")
    head.keyboard.press("Enter")
    expect(head.locator(f"#experience_years-{key}")).to_be_focused()
    expect(head.locator(f"#e-experience_years-{key}")).not_to_be_empty()
    head.locator(f"#experience_years-{key}").fill("12")
    post.fill("завуч")
    _change_meanwhile(app, key)
    head.keyboard.press("Enter")
    head.get_by_text("Сейчас в базе: чужой телефон").wait_for()
    head.keyboard.press("Enter")
    expect(edit).to_be_focused()
    expect(head.locator(f"#row-{key}")).to_contain_text("завуч")
    assert head.locator(f"#row-{key}").get_attribute("role") == "row"
    head.keyboard.press("Enter")
    head.get_by_role("link", name="Не сохранять").click()
    expect(edit).to_be_focused()
    assert head.url == f"{server}/register/mentors"
    with app.app_context():
        person = db.session.get_one(Participant, key)
        assert (person.post, person.experience_years, person.contact) == ("завуч", 12, "")
        db.session.rollback()


def test_without_scripts_the_row_is_a_page(app, people, server):
    key = _teacher(app)
    head = people("head", 360, False)
    head.goto(f"{server}/register/mentors?state=in")
    head.get_by_role("link", name=EDIT).click()
    head.locator("[name=post]").fill("завуч")
    head.get_by_role("button", name="Сохранить").click()
    head.wait_for_url(f"{server}/register/mentors?state=in#row-{key}")
    expect(head.locator(f"#row-{key}")).to_contain_text("завуч")


def _person(page: Page, server: str, role: str, values: dict[str, str], kind: ConsentKind, signed: str) -> str:
    """Enters somebody with the consent that fits; the id."""
    page.goto(f"{server}/register/people/new?role={role}")
    _fill(page, values | {f"{role}_entered_on": "01.09.2025"})
    page.get_by_role("button", name=re.compile("Внести|Сохранить")).last.click()
    page.get_by_text("Человек внесён в базу.").wait_for()
    key = page.url.rpartition("/")[2]
    page.get_by_role("link", name="Внести согласие").click()
    assert page.locator("[name=kind]").first.input_value() == kind.value
    page.locator("[name=given_on]").fill("01.09.2025")
    page.locator(f"[name={signed}]").check()
    page.get_by_role("button", name=re.compile("Внести|Сохранить")).last.click()
    page.get_by_text("Согласие внесено.").wait_for()
    return key


def _fill(page: Page, values: dict[str, str]) -> None:
    for name, value in values.items():
        page.locator(f"[name={name}]").fill(value)


def _choose(page: Page, name: str, value: str) -> None:
    """In a drop-down, or among radio buttons where the choices are few."""
    control = page.locator(f"[name={name}]").first
    if control.evaluate("e => e.tagName") == "SELECT":
        control.select_option(value)
    else:
        page.locator(f"[name={name}][value='{value}']").check()


def _confirm(page: Page, label: str) -> None:
    page.locator("summary", has_text=label).click()
    page.get_by_role("button", name=label).click()


def _no_sideways_scroll(page: Page, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def _states(app) -> tuple[str, str, str]:
    with app.app_context():
        pair, programme = db.session.scalars(select(Mentorship)).one(), db.session.scalars(select(Programme)).one()
        db.session.expunge_all()
        db.session.rollback()
        return pair.state, programme.state, programme.review


def _teacher(app):
    with app.app_context():
        person = world.teacher()
        db.session.commit()
        return person.id


def _change_meanwhile(app, key) -> None:
    with app.app_context():
        person = db.session.get_one(Participant, key)
        change_some(person, person.version, factories.user("curator"), contact="чужой телефон")
        db.session.commit()
