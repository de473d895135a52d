"""D11, D12, D13 over the registers: their rows, the freeze of a day, withdrawn names, numbers and bytes."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import factories
import paper_world as world
import pytest
import register_world as people
from paper_world import JUNE_3, JUNE_9

from roadmap import storage
from roadmap.database import db
from roadmap.documents import archive, queries, service
from roadmap.documents.models import SignatoryPeriod
from roadmap.errors import Conflict, WrongState
from roadmap.registers import pairing
from roadmap.registers import service as registers
from roadmap.schools.service import set_setting

MENTOR_HEADS = [
    "№ п/п",
    "ФИО наставника",
    "Контактные данные для связи",
    "Место работы/учёбы наставника",
    "Основные компетенции",
    "Важные для программы достижения",
    "Интересы наставника",
    "Желаемый возраст наставляемых",
    "Ресурс времени на программу наставничества",
    "Дата вхождения в программу",
    "ФИО наставляемого (наставляемых)",
    "Форма наставничества",
    "Место работы/учёбы наставляемого",
    "Дата завершения программы",
    "Результаты программы",
    "Ссылка на кейс/отзыв наставника, размещённые на сайте организации",
]
MENTEE_HEADS = [
    "№ п/п",
    "ФИО наставляемого",
    "Контактные данные для связи (данные представителя)",
    "Год рождения",
    "Основной запрос наставляемого",
    "Дата вхождения в программу",
    "ФИО наставника",
    "Форма наставничества",
    "Место работы/учёбы наставника",
    "Дата завершения программы",
    "Результаты программы",
    "Ссылка на кейс/отзыв наставляемого, размещённые на сайте организации",
    "Отметка о прохождении программы",
]
ALL = ("D11", "D12-mentors", "D12-mentees")


def source(kind: str, day: Any = JUNE_3, pair: Any = None, school: str = "t1-01") -> Any:
    owner = None if kind == "D13" else factories.school(school)
    return service.source_for(factories.school(school).municipality, owner, day, pair.id if pair else None)


def render(kind: str, day: Any = JUNE_3, pair: Any = None, school: str = "t1-01") -> bytes:
    spec = queries.spec_of(kind)
    return service.render(spec, source(kind, day, pair, school), day.isoformat(), service.Head()).content


def prepare(kind: str, pair: Any = None, day: Any = JUNE_3) -> Any:
    spec = queries.spec_of(kind)
    return service.prepare(spec, source(kind, day, pair), day.isoformat(), factories.user("head"), seen=0)


def test_the_base_of_mentors_says_what_the_registers_say(context) -> None:
    mentor = people.teacher(contact="8 900", experience_years=12)
    people.approved(mentor, people.pupil(), people.pupil("Сидоров Иван Ильич", group="8 Б"))
    people.pair(mentor, people.pupil("Черновой Пётр Ильич"))  # a draft doesn't count
    people.teacher("Абрамова Анна Ильинична", school="t1-02")
    assert world.rows(render("D12-mentors"), 16) == [
        MENTOR_HEADS,
        [
            "1",
            "Иванова Мария Петровна",
            "8 900",
            "Школа № 1 (Первый район), учитель",
            *["–"] * 5,
            "01.09.2025",
            "Петров Пётр Ильич;\nСидоров Иван Ильич",
            "учитель – ученик",
            "Школа № 1 (Первый район), 7 А;\nШкола № 1 (Первый район), 8 Б",
            *["–"] * 3,
        ],
    ]


def test_the_base_of_mentees_says_what_the_registers_say(context) -> None:
    pair = world.pair()
    pairing.end_mentorship(pair, JUNE_3, result="цели достигнуты", version=pair.version)
    people.pupil("Абрамов Иван Ильич", 2010)
    heads, first, second = world.rows(render("D12-mentees"), 13)
    assert heads == MENTEE_HEADS
    assert first[:7] == ["1", "Абрамов Иван Ильич", "–", "2010", "математика", "01.09.2025", "–"]
    assert second == [
        "2",
        "Петров1 Пётр Ильич",
        "–",
        "2012",
        "математика",
        "01.09.2025",
        "Иванова1 Мария Петровна",
        "учитель – ученик",
        "Школа № 1 (Первый район), учитель",
        "–",
        "цели достигнуты",
        "–",
        "–",
    ]


def test_a_hundred_later_changes_leave_a_past_day_as_it_was(context, at) -> None:
    pairs = [world.pair(number) for number in range(1, 21)]
    for pair in pairs:
        world.programme(pair)
    before = {kind: world.text_of(render(kind, JUNE_3, pairs[4])) for kind in ALL}
    at(2026, 6, 9, 10, 0)
    changes = 0
    for pair in pairs:
        for person in (pair.mentor, pair.members[0].participant):
            world.leave_for_another_name(person)
            people.service.save_cards(
                person,
                person.version,
                mentee=registers.MenteeDetails(JUNE_9, request="иное") if person.mentee else None,
                mentor=registers.MentorDetails(JUNE_9, competences="иное") if person.mentor else None,
            )
        pairing.end_mentorship(pair, JUNE_9, result="раньше срока", version=pair.version)
        changes += 5
    db.session.flush()
    assert changes == 100
    assert {kind: world.text_of(render(kind, JUNE_3, pairs[4])) for kind in ALL} == before
    assert {kind: world.text_of(render(kind, JUNE_9, pairs[4])) == before[kind] for kind in ALL} == dict.fromkeys(
        ALL, False
    )


def test_a_withdrawn_consent_hides_the_name_in_papers_about_any_day(context, at) -> None:
    pair = world.pair()
    world.programme(pair)
    mentee, mentor = pair.members[0].participant, pair.mentor
    number = mentee.number
    assert all("Петров1" in world.text_of(render(kind, JUNE_3, pair)) for kind in ALL)
    at(2026, 6, 9, 10, 0)
    consent = mentee.consents[0]
    registers.withdraw_consent(consent, JUNE_9, consent.version)
    for day in (JUNE_3, JUNE_9):
        texts = {kind: world.text_of(render(kind, day, pair)) for kind in ALL}
        assert {
            kind: ("Петров1" in text, f"Участник № {number}" in text) for kind, text in texts.items()
        } == dict.fromkeys(ALL, (False, True))
    row = world.rows(render("D12-mentees"), 13)[1]
    assert row[1:6] == [f"Участник № {number}", "–", "–", "–", "01.09.2025"]
    assert row[6] == mentor.full_name
    assert "нет действующего согласия на обработку персональных данных: 1." in world.text_of(render("D12-mentees"))


def test_a_consent_that_has_expired_since_names_nobody(context, at) -> None:
    person = people.teacher(consent=False)
    people.give(person, people.ConsentKind.MENTOR_ADULT, valid_to=JUNE_3)
    assert world.rows(render("D12-mentors"), 16)[1][1] == "Иванова Мария Петровна"
    at(2026, 6, 9, 10, 0)
    assert world.rows(render("D12-mentors"), 16)[1][1] == f"Участник № {person.number}"


def test_a_programme_prints_plan_passport_and_signatures(context) -> None:
    pair = world.pair()
    world.programme(pair)
    content = render("D11", JUNE_3, pair)
    assert world.rows(content, 8)[1:] == [
        ["1", "Знакомство", "–", "20.09.2025", "встреча", "доверие", "познакомились", "20.09.2025"],
        ["2", "Разбор", "раздел 1", "02.06.2026", "занятие или мастер-класс", "навык", "", ""],
    ]
    passport = dict(world.rows(content, 2))
    assert passport["Наставник"] == "Иванова1 Мария Петровна, учитель, стаж 12 лет"
    assert passport["Наставляемый"] == "Петров1 Пётр Ильич, 7 А"
    assert passport["Основание"] == "приказ № 1 от 12.09.2025"
    assert passport["Куратор"] == "Соколова Марина Викторовна"
    signers = [row[0] for row in world.rows(content, 6) if row[0]]
    assert signers == ["Наставник", "Наставляемый", "Законный представитель", "Куратор"]
    assert "УТВЕРЖДАЮ" in world.text_of(content)
    assert "__" not in world.text_of(content)


@pytest.mark.parametrize(
    ("birth_year", "ticked", "signed"),
    [(2009, False, True), (2008, False, True), (2008, True, False), (2007, False, False), (None, False, True)],
)
def test_when_the_representative_signs(context, birth_year: int | None, ticked: bool, signed: bool) -> None:
    mentee = people.pupil(birth_year=birth_year, consent=False)
    kind = people.ConsentKind.MENTEE_ADULT if ticked or birth_year == 2007 else people.ConsentKind.STUDENT_14_17
    day = people.SEPTEMBER if kind is people.ConsentKind.STUDENT_14_17 else JUNE_3
    people.give(mentee, kind, day, came_of_age=ticked)
    pair = people.pair(people.teacher(), mentee)
    world.programme(pair, approve=False)
    found = [row[0] for row in world.rows(render("D11", JUNE_3, pair), 6)]
    assert ("Законный представитель" in found) is signed


def test_a_programme_takes_no_number_before_it_is_approved(context) -> None:
    pair = world.pair()
    draft = world.programme(pair, approve=False)
    with pytest.raises(WrongState, match="Программа ещё проект"):
        prepare("D11", pair)
    world.programmes.approve(draft, draft.version, None)
    assert prepare("D11", pair).number == "1"


def test_papers_of_two_pairs_are_told_apart(context) -> None:
    pairs = [world.pair(number) for number in (1, 2)]
    for pair in pairs:
        world.programme(pair)
    made = [prepare("D11", pair) for pair in pairs]
    assert [(one.number, one.object_id) for one in made] == [("1", pairs[0].id), ("2", pairs[1].id)]
    with pytest.raises(Conflict, match="№ 1"):
        prepare("D11", pairs[0])


def test_a_registered_base_is_frozen_with_the_day_it_tells_of(context, at) -> None:
    mentor = people.teacher()
    at(2026, 6, 9, 10, 0)
    document = prepare("D12-mentors")
    world.leave_for_another_name(mentor)
    service.register_document(document, document.version, None)
    text = world.text_of(storage.get(document.sha256))
    assert "по состоянию на 3 июня 2026 г." in text
    assert ("9 июня 2026 г." in text, "Иванова Мария Петровна" in text, "Другое" in text) == (True, True, False)
    assert (document.manifest["as_of"], document.manifest["figures"]["total"]["printed"]) == ("2026-06-03", "1")
    assert "Иванова" not in json.dumps(document.manifest, ensure_ascii=False)


def test_a_base_stays_in_the_school(context) -> None:
    people.teacher()
    document = prepare("D12-mentors")
    service.register_document(document, document.version, None)
    with pytest.raises(WrongState, match="остаётся в школе"):
        service.receive(document, factories.user("specialist"))


def test_whoever_holds_the_post_today_signs_a_paper_about_a_past_day(context, at) -> None:
    people.teacher()
    owner = factories.school("t1-01")
    later = SignatoryPeriod(
        municipality_id=owner.municipality_id,
        school_id=owner.id,
        kind="",
        post="Директор",
        name="Н. Н. Новая",
        acting=False,
        order_number="",
        valid_from=JUNE_9,
    )
    service.add_signatory(later, None)
    assert "О. П. Ларина" in world.text_of(render("D12-mentors"))
    at(2026, 6, 9, 10, 0)
    assert "Н. Н. Новая" in world.text_of(render("D12-mentors"))


def test_an_empty_base_takes_no_number(context) -> None:
    for kind in ("D12-mentors", "D12-mentees"):
        with pytest.raises(WrongState, match="база пуста"):
            prepare(kind)
    assert "На эту дату в базе нет наставников." in world.text_of(render("D12-mentors"))


def test_the_registry_of_practices_of_a_day(context, at) -> None:
    world.included()
    set_setting(factories.school("t1-01").municipality_id, "practice_scoring_approved_by", "приказ № 15", JUNE_3)
    at(2026, 6, 9, 10, 0)
    world.included("t1-02", title="Позднее")
    first = [
        "1",
        "Шаг навстречу",
        "Школа № 1 (Первый район)",
        "Соколова М. В., учитель",
        "ученик – ученик",
        "встречи раз в неделю",
        "тревожность ниже на треть",
        "42,5",
        "–",
        "–",
    ]
    assert world.rows(render("D13", JUNE_3), 10)[1:] == [first]
    assert [row[1] for row in world.rows(render("D13", JUNE_9), 10)[1:]] == ["Шаг навстречу", "Позднее"]


def test_the_archive_holds_each_pair_once_and_names_nobody(context) -> None:
    for number in (2, 1):
        world.programme(world.pair(number))
    people.approved(people.teacher("Без Программы Ивановна"), people.pupil("Без Программы Иванович"))
    packed = archive.of_pairs(queries.spec_of("D11"), source("D11"))
    again = archive.of_pairs(queries.spec_of("D11"), source("D11"))
    with zipfile.ZipFile(io.BytesIO(packed.content)) as files:
        names = files.namelist()
        texts = [world.text_of(files.read(name)) for name in names]
    assert packed.count == 2
    assert names == ["001 программа (приказ N 1).docx", "002 программа (приказ N 2).docx"]
    assert ["Петров1" in texts[0], "Петров2" in texts[1]] == [True, True]
    assert again.content == packed.content


def test_the_command_line_makes_the_same_papers(context, app, tmp_path) -> None:
    pair = world.pair()
    world.programme(pair)
    db.session.commit()
    out, manifest = tmp_path / "p.docx", tmp_path / "p.json"
    runner = app.test_cli_runner()
    arguments = ["documents", "render", "D11", "--out", str(out), "--manifest", str(manifest)]
    assert runner.invoke(args=arguments).exit_code == 0
    assert json.loads(manifest.read_text())["object"] == str(pair.id)
    assert "Иванова1" in world.text_of(out.read_bytes())
    dated = ["documents", "render", "D12-mentees", "--school", "t1-01", "--as-of", "2026-06-02", "--out", str(out)]
    assert runner.invoke(args=dated).exit_code == 0
    assert "На эту дату в базе нет наставляемых." in world.text_of(out.read_bytes())
    assert runner.invoke(args=["documents", "render", "D17-mentor", "--out", str(out)]).exit_code == 0
    early = ["documents", "render", "D17-labour", "--as-of", "2025-02-01", "--out", str(out)]
    assert runner.invoke(args=early).exit_code == 2
    wrong = ["documents", "render", "D11", "--object", "x", "--out", str(out)]
    assert runner.invoke(args=wrong).exit_code == 2
    kinds = json.loads(runner.invoke(args=["documents", "kinds", "--json"]).stdout)
    assert next(row for row in kinds if row["kind"] == "D11") == {
        "kind": "D11",
        "title": "Персонализированная программа наставничества",
        "measure": "mentorships",
        "scope": "mentorship",
        "inputs": ["object", "as_of"],
    }
