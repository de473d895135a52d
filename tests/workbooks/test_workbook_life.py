"""Comparison, taking, undoing: over the services, for each kind of workbook."""

from __future__ import annotations

from datetime import date

import factories
import programme_world
import pytest
import register_world as world
from sqlalchemy import func, select
from workbook_world import changed, filled, values

from roadmap import clock
from roadmap.audit.models import AuditEvent
from roadmap.database import db
from roadmap.errors import Conflict, Invalid, WrongState
from roadmap.programmes.models import Programme
from roadmap.registers import as_of
from roadmap.registers import service as registers
from roadmap.registers.models import Mentorship, Participant
from roadmap.registers.words import ConsentKind, MentoringKind, PersonKind
from roadmap.tick import run_tick
from roadmap.workbooks import service
from roadmap.workbooks.columns import Kind
from roadmap.workbooks.comparison import Change, Status
from roadmap.workbooks.models import ImportBatch, ImportRow

NAMES = [f"{surname} Мария Петровна" for surname in ("Агеева", "Белова", "Ванина", "Гусева", "Дёмина", "Ершова")]


def school():
    return factories.school("t1-01")


def compared(kind, content, code="t1-01"):
    return service.compare(factories.school(code), kind, service.read_rows(content, kind))


def figures(found):
    return [found.count(status) for status in (Status.NEW, Status.CHANGED, Status.SAME, Status.WRONG)]


def loaded(kind, content):
    head = factories.user("head")
    batch = service.upload(school(), kind, service.read_rows(content, kind), head)
    service.take(batch, batch.version, head)
    return batch


def exported(kind):
    return service.export(school(), kind, "refill", factories.user("head"))


def people():
    return {person.full_name: person for person in db.session.scalars(select(Participant))}


def snapshot():
    """All that the registers know, by id."""
    db.session.expire_all()
    rows = [*db.session.scalars(select(Participant)), *db.session.scalars(select(Mentorship))]
    return {row.id: row.facts() for row in [*rows, *db.session.scalars(select(Programme))]}


def test_round_trip_five_changed_three_new_two_wrong(context):
    for year, name in enumerate(NAMES, 1970):
        world.teacher(name, birth_year=year)
    untouched = exported(Kind.MENTORS)
    assert figures(compared(Kind.MENTORS, untouched)) == [0, 0, 6, 0]

    def edit(sheet, cell):
        cell(2, "Контактные данные для связи").value = "8 913 000-00-00"
        cell(3, "Основные компетенции").value = "математика"
        cell(4, "Дата обучения").value = date(2025, 10, 1)
        cell(5, "Квалификационная категория").value = "Высшая"
        cell(6, "Педагогический стаж, лет").value = 12
        for number, name in enumerate(("Жукова Анна Ильинична", "Зуев Пётр Ильич", "Ильин Олег Ильич"), 8):
            cell(number, "ФИО наставника").value = name
        cell(11, "ФИО наставника").value = "Кротов Иван Ильич"
        cell(11, "Год рождения").value = "восьмидесятый"
        cell(12, "ФИО наставника").value = "Лосев Иван Ильич"
        cell(12, "Дата вхождения в программу").value = "31.02.2026"

    content = changed(untouched, edit)
    found = compared(Kind.MENTORS, content)
    assert figures(found) == [3, 5, 1, 2]
    assert [outcome.changes for outcome in found.of(Status.CHANGED)] == [
        (Change("Контактные данные для связи", "", "8 913 000-00-00"),),
        (Change("Основные компетенции", "", "математика"),),
        (Change("Дата обучения", "", "01.10.2025"),),
        (Change("Квалификационная категория", "", "высшая"),),
        (Change("Педагогический стаж, лет", "", "12"),),
    ]
    assert found.errors() == [
        {"cell": "строка 11, столбец „Год рождения“", "message": "Введите год четырьмя цифрами, например 1980."},
        {
            "cell": "строка 12, столбец „Дата вхождения в программу“",
            "message": "Такой даты нет: 31.02.2026. Проверьте день и месяц.",
        },
    ]
    before = snapshot()
    batch = loaded(Kind.MENTORS, content)
    assert (batch.added, batch.changed, batch.same, batch.refused) == (3, 5, 1, 2)
    assert people()["Белова Мария Петровна"].mentor.competences == "математика"
    assert figures(compared(Kind.MENTORS, content)) == [0, 0, 9, 2]
    service.undo(batch, batch.version, factories.user("head"))
    after = snapshot()
    assert after == before


def test_a_name_alone_is_enough_and_the_rest_is_to_be_checked(context):
    loaded(
        Kind.MENTORS, filled(Kind.MENTORS, {"full_name": "ИВАНОВА Мария петровна"}, {"full_name": "Зуев Пётр Ильич"})
    )
    first, second = people()["Иванова Мария Петровна"], people()["Зуев Пётр Ильич"]
    assert (first.sex, first.kind, first.employee, first.mentor.entered_on) == (
        "female",
        "teacher",
        True,
        clock.today(),
    )
    assert first.to_check == second.to_check == ["employee", "kind", "mentor", "sex"]
    assert second.sex == "male"


def test_who_a_blank_cell_means_is_told_by_the_others(context):
    content = filled(
        Kind.MENTEES,
        {"full_name": "Первый Иван Ильич"},
        {"full_name": "Второй Иван Ильич", "post": "учитель"},
        {"full_name": "Третий Иван Ильич", "enterprise": "Завод"},
        {"full_name": "Четвёртый Иван Ильич", "kind": "Студент", "group": "2 курс"},
    )
    loaded(Kind.MENTEES, content)
    kinds = {person.full_name.split()[0]: person.kind for person in people().values()}
    assert kinds == {"Первый": "pupil", "Второй": "teacher", "Третий": "partner", "Четвёртый": "student"}


def test_people_are_known_by_name_and_birth_year(context):
    world.teacher("Семёнов Иван Ильич", birth_year=1980, contact="8 913")
    content = filled(
        Kind.MENTORS,
        {"full_name": "семенов иван ильич", "birth_year": 1980},
        {"full_name": "Семёнов Иван Ильич", "birth_year": 1955},
        {"full_name": "Семёнов Иван Ильич"},
    )
    found = compared(Kind.MENTORS, content)
    assert [outcome.status.value for outcome in found.outcomes] == ["changed", "new", "wrong"]
    assert found.outcomes[0].changes == (Change("ФИО наставника", "Семёнов Иван Ильич", "Семенов Иван Ильич"),)
    assert found.outcomes[1].warning == (
        "В базе уже есть человек с такими ФИО (1980 г. р.). Если это он, исправьте год рождения."
    )
    assert found.outcomes[2].errors == {"full_name": "Этот человек уже есть в строке 2"}


def test_namesakes_need_the_year(context):
    for year in (1960, 1990):
        world.teacher("Иванов Иван Иванович", birth_year=year)
    found = compared(Kind.MENTORS, filled(Kind.MENTORS, {"full_name": "Иванов Иван Иванович", "contact": "8 913"}))
    assert found.outcomes[0].errors == {"birth_year": "В базе несколько человек с такими ФИО: укажите год рождения"}


def test_a_blank_cell_keeps_and_a_dash_empties(context):
    world.teacher(NAMES[0], birth_year=1970, contact="8 913", category="first")
    content = filled(Kind.MENTORS, {"full_name": NAMES[0], "contact": "-", "category": None})
    loaded(Kind.MENTORS, content)
    person = people()[NAMES[0]]
    assert (person.contact, person.category, person.birth_year) == ("", "first", 1970)
    found = compared(Kind.MENTORS, filled(Kind.MENTORS, {"full_name": NAMES[0], "entered_on": "–", "kind": "–"}))
    assert found.outcomes[0].errors == dict.fromkeys(("kind", "entered_on"), "Это значение нельзя стереть")


def test_a_mentee_becomes_a_mentor_too_and_back_again(context):
    person = world.pupil("Петров Пётр Ильич", 2010)
    before = snapshot()
    content = filled(Kind.MENTORS, {"full_name": "Петров Пётр Ильич", "birth_year": 2010, "entered_on": "01.09.2025"})
    assert compared(Kind.MENTORS, content).outcomes[0].changes == (
        Change("Роль", "", "наставник"),
        Change("Дата вхождения в программу", "", "01.09.2025"),
    )
    batch = loaded(Kind.MENTORS, content)
    assert (person.mentor.entered_on, person.mentee.request) == (world.SEPTEMBER, "математика")
    service.undo(batch, batch.version)
    assert snapshot() == before


def test_without_a_consent_no_name_is_exported_but_the_row_comes_back(context):
    world.teacher(NAMES[0], birth_year=1970, consent=False, contact="8 913")
    header, row = values(exported(Kind.MENTORS))
    person = people()[NAMES[0]]
    assert row[header.index("ФИО наставника")] == f"Участник №\u00a0{person.number}"
    assert row[header.index("Контактные данные для связи")] is None

    def edit(_sheet, cell):
        cell(2, "Должность").value = "завуч"

    loaded(Kind.MENTORS, changed(exported(Kind.MENTORS), edit))
    assert (person.full_name, person.contact, person.post) == (NAMES[0], "8 913", "завуч")


def test_export_has_the_official_columns_from_the_pairs(context):
    mentor, mentee = world.teacher(), world.pupil()
    world.approved(mentor, mentee)
    header, row = values(exported(Kind.MENTORS))
    assert list(header[:2]) == ["№ п/п", "ФИО наставника"]
    cells = dict(zip(header, row, strict=True))
    assert [cells[name] for name in ("№ п/п", "ФИО наставляемого (наставляемых)", "Форма наставничества")] == [
        "1",
        "Петров Пётр Ильич",
        "учитель – ученик",
    ]
    assert cells["Место работы/учёбы наставляемого"] == "Школа № 1 (Первый район), 7 А"


def test_pairs_both_ways(context):
    mentor, mentee, second = world.teacher(), world.pupil(), world.pupil("Сидоров Иван Ильич", 2012)
    known = world.approved(mentor, mentee)
    before = snapshot()

    def edit(_sheet, cell):
        cell(2, "Окончание по плану").value = date(2026, 6, 30)
        cell(3, "ФИО наставника").value = "Иванова Мария Петровна"
        cell(3, "ФИО наставляемых").value = "Сидоров Иван Ильич"
        cell(3, "Начало").value = "01.10.2025"
        cell(4, "ФИО наставника").value = "Неизвестный Иван Ильич"
        cell(4, "ФИО наставляемых").value = "Сидоров Иван Ильич; Петров Пётр Ильич"
        cell(4, "Начало").value = "01.10.2025"
        cell(5, "ФИО наставника").value = "Иванова Мария Петровна"
        cell(5, "ФИО наставляемых").value = "Петров Пётр Ильич"
        cell(5, "Начало").value = "01.11.2025"

    content = changed(exported(Kind.PAIRS), edit)
    found = compared(Kind.PAIRS, content)
    assert [outcome.status.value for outcome in found.outcomes] == ["changed", "new", "wrong", "wrong"]
    assert found.errors() == [
        {
            "cell": "строка 4, столбец „ФИО наставника“",
            "message": "«Неизвестный Иван Ильич»: нет в базе наставников. Сначала внесите этого человека.",
        },
        {
            "cell": "строка 5, столбец „Начало“",
            "message": "Эти же люди уже в паре с 15.09.2025 по 30.06.2026: сроки двух пар пересекаются.",
        },
    ]
    batch = loaded(Kind.PAIRS, content)
    assert (known.state, known.ends_on) == ("approved", date(2026, 6, 30))
    made = db.session.scalars(select(Mentorship).where(Mentorship.id != known.id)).one()
    assert (made.mentor_id, [row.participant_id for row in made.members]) == (mentor.id, [second.id])
    assert (made.form, made.kind, made.state) == ("teacher_pupil", MentoringKind.ONE_TO_ONE, "draft")
    assert figures(compared(Kind.PAIRS, content)) == [0, 0, 2, 2]
    service.undo(batch, batch.version)
    assert snapshot() == before


def test_pairs_of_one_file_are_judged_together(context):
    world.teacher()
    world.pupil()
    row = {"mentor": "Иванова Мария Петровна", "mentees": "Петров Пётр Ильич"}
    content = filled(
        Kind.PAIRS,
        row | {"starts_on": "01.09.2025"},
        row | {"starts_on": "01.10.2025"},
        row | {"starts_on": "01.09.2025"},
    )
    found = compared(Kind.PAIRS, content)
    assert [outcome.errors for outcome in found.outcomes] == [
        {},
        {"starts_on": "Эти же люди уже в паре с 01.09.2025: сроки двух пар пересекаются"},
        {"mentor": "Эта пара уже есть в строке 2"},
    ]


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({"form": "учитель - учитель"}, {"form": "Для формы «учитель – учитель» наставляемый не подходит: "
         "Петров Пётр Ильич – обучающийся"}),
        ({"order_number": "5"}, {"order_on": "Укажите и номер, и дату приказа"}),
        ({"ends_on": "01.08.2025"}, {"ends_on": "Окончание раньше начала"}),
        ({"role_variant": "равный – равному"},
         {"role_variant": "Для формы «учитель – ученик» такой ролевой модели нет"}),
        ({"mentees": "Иванова Мария Петровна"}, {"mentees": "«Иванова Мария Петровна»: нет в базе наставляемых. "
         "Сначала внесите этого человека"}),
        ({"starts_on": "01.08.2025"}, {"mentor": "Иванова Мария Петровна в базе наставников только с 01.09.2025, "
         "а пара начинается 01.08.2025", "mentees": "Петров Пётр Ильич в базе наставляемых только с 01.09.2025, "
         "а пара начинается 01.08.2025"}),
    ],
)  # fmt: skip
def test_rules_of_pairs_bite_at_their_cells(context, change, errors):
    world.teacher()
    world.pupil()
    row = {"mentor": "Иванова Мария Петровна", "mentees": "Петров Пётр Ильич", "starts_on": "01.09.2025"}
    assert compared(Kind.PAIRS, filled(Kind.PAIRS, row | change)).outcomes[0].errors == errors


def test_plans_both_ways(context):
    programme = programme_world.draft()
    before = snapshot()
    plan = exported(Kind.PROGRAMME)
    assert figures(compared(Kind.PROGRAMME, plan)) == [0, 0, 10, 0]

    def edit(_sheet, cell):
        cell(2, "Срок").value = date(2025, 9, 22)
        cell(3, "Ожидаемый результат").value = "уверенность"
        for header in ("ФИО наставника", "ФИО наставляемых"):
            cell(12, header).value = cell(2, header).value
            cell(13, header).value = cell(2, header).value
        cell(12, "Мероприятие").value = "Итоговая встреча"
        cell(12, "Срок").value = "05.06.2026"
        cell(12, "Форма проведения").value = "Встреча"
        cell(12, "Ожидаемый результат").value = "вывод"
        cell(13, "Мероприятие").value = "Поздняя встреча"
        cell(13, "Срок").value = "05.07.2026"
        cell(13, "Форма проведения").value = "встреча"
        cell(13, "Ожидаемый результат").value = "вывод"

    content = changed(plan, edit)
    found = compared(Kind.PROGRAMME, content)
    assert figures(found) == [1, 2, 8, 1]
    assert found.errors() == [
        {
            "cell": "строка 13, столбец „Срок“",
            "message": "Дата вне срока программы: 15.09.2025 – 10.06.2026.",
        }
    ]
    batch = loaded(Kind.PROGRAMME, content)
    events = programme.plan_answers["plan"]
    assert [events[0]["due"], events[1]["expected"], events[-1]["title"]] == [
        "2025-09-22",
        "уверенность",
        "Итоговая встреча",
    ]
    assert (len(events), programme.plan_answers["aim"]) == (11, programme_world.ANSWERS["aim"])
    assert figures(compared(Kind.PROGRAMME, content)) == [0, 0, 11, 1]
    service.undo(batch, batch.version)
    assert snapshot() == before


def test_a_plan_begins_a_programme_and_an_approved_one_is_left_alone(context):
    pair = programme_world.pair()
    event = {
        "mentor": "Иванова Мария Петровна",
        "mentees": "Петров Пётр Ильич",
        "title": "Знакомство",
        "due": "20.09.2025",
        "way": "встреча",
        "expected": "доверие",
    }
    before = snapshot()
    batch = loaded(Kind.PROGRAMME, filled(Kind.PROGRAMME, event, event | {"title": "Встреча", "due": "20.10.2025"}))
    programme = db.session.scalars(select(Programme)).one()
    assert (programme.mentorship_id, [row["title"] for row in programme.plan_answers["plan"]]) == (
        pair.id,
        ["Знакомство", "Встреча"],
    )
    service.undo(batch, batch.version)
    assert snapshot() == before
    programme_world.approved(pair)
    found = compared(Kind.PROGRAMME, filled(Kind.PROGRAMME, event))
    assert found.outcomes[0].errors == {"title": "Программа утверждена: её план изменить нельзя"}


def test_a_removed_record_is_no_more_but_a_past_day_is_as_it_was(context, at):
    batch = loaded(Kind.MENTORS, filled(Kind.MENTORS, {"full_name": NAMES[0], "competences": "тайное"}))
    person = people()[NAMES[0]]
    number, wednesday = person.number, clock.today()
    at(2026, 6, 5, 10, 0)
    service.undo(batch, batch.version)
    assert list(as_of.register_as_of(school().id, clock.today()).people) == []
    (past,) = as_of.register_as_of(school().id, wednesday).people.values()
    assert (past.full_name, past.mentor.competences) == (f"Участник №\u00a0{number}", "")


def test_what_was_worked_on_since_is_not_undone(context):
    batch = loaded(Kind.MENTORS, filled(Kind.MENTORS, {"full_name": NAMES[0]}, {"full_name": NAMES[1]}))
    person = people()[NAMES[1]]
    world.give(person, ConsentKind.MENTOR_ADULT, clock.today())
    with pytest.raises(WrongState) as refusal:
        service.undo(batch, batch.version)
    assert refusal.value.message == (
        "Отменить загрузку уже нельзя: после неё с 1\u00a0записью работали (строки файла: 3). "
        "Исправьте их на их страницах."
    )
    other = loaded(Kind.MENTORS, filled(Kind.MENTORS, {"full_name": NAMES[0], "contact": "8 913"}))
    registers.change_participant(
        people()[NAMES[0]], registers.PersonDetails(NAMES[0], PersonKind.TEACHER), people()[NAMES[0]].version
    )
    with pytest.raises(WrongState):
        service.undo(other, other.version)


def test_taking_twice_and_undoing_twice_are_refused(context):
    batch = loaded(Kind.MENTORS, filled(Kind.MENTORS, {"full_name": NAMES[0]}))
    with pytest.raises(WrongState):
        service.take(batch, batch.version)
    service.undo(batch, batch.version)
    db.session.flush()
    with pytest.raises(WrongState):
        service.undo(batch, batch.version)


def test_the_same_file_again_has_nothing_to_take(context):
    content = filled(Kind.MENTORS, {"full_name": NAMES[0]})
    loaded(Kind.MENTORS, content)
    batch = service.upload(school(), Kind.MENTORS, service.read_rows(content, Kind.MENTORS))
    with pytest.raises(Invalid) as refusal:
        service.take(batch, batch.version)
    assert refusal.value.message == "Загружать нечего: новых и изменённых строк нет."


def test_names_stay_in_the_register_alone(context):
    """A taken batch keeps no text; a new upload drops the one that nobody decided on."""
    content = filled(Kind.MENTORS, {"full_name": NAMES[0], "birth_year": "x"}, {"full_name": NAMES[1]})
    first = service.upload(school(), Kind.MENTORS, service.read_rows(content, Kind.MENTORS))
    batch = loaded(Kind.MENTORS, content)
    assert [(row.texts, row.problems) for row in db.session.scalars(select(ImportRow))] == [({}, {}), ({}, {})]
    assert db.session.scalars(select(ImportBatch.id)).all() == [batch.id]
    assert first.id != batch.id


def test_undoing_leaves_the_reader_with_what_is_to_be_checked(context):
    loaded(Kind.MENTORS, filled(Kind.MENTORS, {"full_name": NAMES[0]}))
    person = people()[NAMES[0]]
    batch = loaded(Kind.MENTORS, filled(Kind.MENTORS, {"full_name": NAMES[0], "sex": "женский", "contact": "8 913"}))
    assert person.to_check == ["employee", "kind", "mentor"]
    service.undo(batch, batch.version)
    assert (person.to_check, person.contact) == (["employee", "kind", "mentor", "sex"], "")


def test_each_step_is_in_the_journal(context):
    batch = loaded(Kind.MENTORS, filled(Kind.MENTORS, {"full_name": NAMES[0]}))
    exported(Kind.MENTORS)
    service.undo(batch, batch.version, factories.user("head"))
    db.session.commit()
    query = select(AuditEvent).where(AuditEvent.actor_id == factories.user("head").id).order_by(AuditEvent.seq)
    events = [(event.verb, event.details.get("purpose")) for event in db.session.scalars(query)]
    assert events == [
        ("import_uploaded", None),
        ("participant_added", None),
        ("import_taken", None),
        ("named_list_exported", "refill"),
        ("record_removed", None),
        ("import_undone", None),
    ]
    assert NAMES[0] not in str([event.details for event in db.session.scalars(query)])


def test_another_schools_people_are_not_touched(context):
    theirs = world.teacher(NAMES[0], school="t1-02", birth_year=1970)
    loaded(Kind.MENTORS, filled(Kind.MENTORS, {"full_name": NAMES[0], "birth_year": 1970, "contact": "8 913"}))
    assert (theirs.contact, db.session.scalar(select(func.count()).select_from(Participant))) == ("", 2)


def test_an_erased_person_is_unknown(context):
    person = world.teacher(NAMES[0], birth_year=1970)
    registers.erase(person, person.version)
    db.session.flush()
    found = compared(Kind.MENTORS, filled(Kind.MENTORS, {"full_name": f"Участник № {person.number}"}))
    assert found.outcomes[0].errors == {"full_name": f"В базе нет записи «Участник № {person.number}»"}
    assert values(exported(Kind.MENTORS))[1:] == []


def test_an_upload_that_nobody_decided_on_is_dropped_after_a_month(context, at):
    content = filled(Kind.MENTORS, {"full_name": NAMES[0]})
    service.upload(school(), Kind.MENTORS, service.read_rows(content, Kind.MENTORS))
    at(2026, 7, 3, 9, 59)
    assert run_tick().dropped == 0
    at(2026, 7, 3, 10, 1)
    assert run_tick().dropped == 1
    assert db.session.scalars(select(ImportRow)).all() == []


def test_a_taking_that_saw_an_older_version_is_refused(context):
    content = filled(Kind.MENTORS, {"full_name": NAMES[0]})
    batch = service.upload(school(), Kind.MENTORS, service.read_rows(content, Kind.MENTORS))
    version = batch.version
    service.take(batch, version)
    db.session.flush()
    with pytest.raises(Conflict):
        service.take(batch, version)
    assert list(people()) == [NAMES[0]]
