"""A report is filled step by step; whatever is refused, nothing typed is lost."""

from __future__ import annotations

import factories
import pytest
from filling import error_at, events, fields, made, stored

from roadmap.database import db
from roadmap.plan.service import close_period
from roadmap.submissions import service
from roadmap.submissions.models import Submission


def _edit(key, step):
    return f"/submissions/{key}/edit/{step}"


def test_start_opens_the_first_step_and_a_second_start_the_same_report(app, browser):
    with app.app_context():
        occurrence_id = factories.occurrence("t1-01").id
    head = browser("head")
    first = head.post(f"/occurrences/{occurrence_id}/start")
    second = browser("curator").post(f"/occurrences/{occurrence_id}/start")
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert first.location.endswith("/edit/programme")
    page = head.get(first.location)
    assert page.status_code == 200
    assert "Сохранить и далее" in page.text
    assert "срок до 10 июня 2026 г." in page.text.replace("\xa0", " ")


def test_edit_of_every_step_shows_its_hint_and_the_steps_bar(app, browser):
    key, _ = made(app, factories.started)
    head = browser("head")
    form = service_form(app, key)
    for step in form.STEPS:
        page = head.get(_edit(key, step.key))
        assert page.status_code == 200
        assert step.hint in page.text
        assert page.text.count('aria-current="step"') == 1
        assert page.text.count("заполнено</span>") == len(form.STEPS)


def test_edit_without_javascript_saves_what_the_page_holds(app, browser):
    key, _ = made(app, factories.started)
    head = browser("head")
    before = stored(app, key).draft
    posted = fields(head.get(_edit(key, "people")).text) | {"pairs": ["14"], "next": ["1"]}
    answer = head.post(_edit(key, "people"), posted)
    assert (answer.status_code, answer.location) == (303, _edit(key, "quality"))
    after = stored(app, key)
    assert after.draft == before | {"pairs": ["14"]}
    assert events(app, key, "draft_saved") == 2  # the factory's and this one


def test_last_step_leads_to_the_check_page(app, browser):
    key, _ = made(app, factories.started)
    head = browser("head")
    posted = fields(head.get(_edit(key, "conclusions")).text) | {"next": ["1"]}
    answer = head.post(_edit(key, "conclusions"), posted)
    assert (answer.status_code, answer.location) == (303, f"/submissions/{key}/check")


def test_enter_saves_the_draft_and_stays(app, browser):
    key, version = made(app, factories.started)
    head = browser("head")
    html = head.get(_edit(key, "people")).text
    first_button = html[html.index('id="report"') :].split("<button", 1)[1].split(">", 1)[0]
    assert 'name="draft"' in first_button
    answer = head.post(_edit(key, "people"), {"version": version, "pairs": "много", "draft": "1"})
    assert (answer.status_code, answer.location.split("?")[0]) == (303, _edit(key, "people"))
    page = head.get(answer.location)
    assert "Черновик сохранён в 10:00" in page.text
    assert fields(page.text)["pairs"] == ["много"]


@pytest.mark.parametrize(
    ("step", "field", "typed", "sentence"),
    [
        ("figures", "pupil_mentees", "12,5", "Введите целое число, например 12"),
        ("figures", "pupil_mentees", "-3", "Число не может быть отрицательным"),
        ("figures", "pupil_mentees", "9" * 5000, "Не больше 100\xa0000. Проверьте, нет ли лишних цифр"),
        (
            "figures",
            "pupil_mentees",
            "201",
            "Указано 201, а в карточке ОО обучающихся 10–19 лет – 200. Исправьте число",
        ),
        ("conclusions", "conclusions", "я" * 4001, "Слишком длинный текст: сократите на 1 знак."),
        ("conclusions", "conclusions", "было\x01стало", "В тексте есть нечитаемый символ после «…было»."),
        ("conclusions", "conclusions", "", "Заполните это поле"),
        ("quality", "quality_goals", "3", "Выберите один из предложенных вариантов"),
    ],
)
def test_bad_input_is_said_at_its_field_and_kept_in_the_draft(app, browser, step, field, typed, sentence):
    key, version = made(app, factories.started)
    head = browser("head")
    posted = fields(head.get(_edit(key, step)).text) | {field: [typed], "next": ["1"]}
    answer = head.post(_edit(key, step), posted)
    assert answer.status_code == 422
    assert error_at(answer.text, field).startswith(sentence)
    assert f'href="#{field}"' in answer.text
    assert stored(app, key).draft[field] == [typed]
    assert fields(answer.text)["version"] == [str(stored(app, key).version)] == [str(version + 1)]


def test_nul_is_kept_as_a_mark_and_refused(app, browser):
    key, version = made(app, factories.started)
    answer = browser("head").post(
        _edit(key, "conclusions"), {"version": version, "conclusions": "до\x00после", "decisions": "x", "next": "1"}
    )
    assert answer.status_code == 422
    assert stored(app, key).draft["conclusions"] == ["до\ufffdпосле"]


def test_correction_after_a_422_is_no_conflict(app, browser):
    key, version = made(app, factories.started)
    head = browser("head")
    wrong = head.post(_edit(key, "figures"), {"version": version, "pupil_mentees": "12,5", "next": "1"})
    posted = fields(wrong.text) | {
        "pupil_mentees": ["9"],
        "pupil_mentors": ["6"],
        "early_career_mentees": ["3"],
        "teachers_involved": ["8"],
    }
    answer = head.post(_edit(key, "figures"), posted)
    assert (answer.status_code, answer.location) == (303, _edit(key, "people"))


def test_stale_version_keeps_both_texts_on_the_page(app, browser):
    key, version = made(app, factories.started)
    browser("curator").post(_edit(key, "people"), {"version": version, "pairs": "20", "draft": "1"})
    head = browser("head")
    answer = head.post(_edit(key, "people"), {"version": version, "pairs": "21", "draft": "1"})
    assert answer.status_code == 409
    assert "Отчёт изменён в другом окне" in answer.text
    assert "Соколова М. В.: черновик сохранён в 10:00" in answer.text.replace("\xa0", " ")
    row = answer.text.split('<th scope="row">Пар и групп</th>')[1].split("</tr>")[0]
    assert ">20<" in row
    assert ">21<" in row
    assert fields(answer.text)["pairs"] == ["21"]
    assert stored(app, key).draft["pairs"] == ["20"]
    # Having seen both, the head saves on purpose.
    assert head.post(_edit(key, "people"), fields(answer.text) | {"draft": ["1"]}).status_code == 303
    assert stored(app, key).draft["pairs"] == ["21"]


def test_autosave_answers_a_fragment_and_its_conflict_gives_no_new_version(app, browser):
    key, version = made(app, factories.started)
    head, htmx = browser("head"), {"HX-Request": "true"}
    data = {"version": version, "pairs": "15", "autosave": "1"}
    saved = head.post(_edit(key, "people"), data, headers=htmx)
    assert saved.status_code == 200
    assert "<html" not in saved.text
    assert f'value="{version + 1}" id="report-version"' in saved.text
    assert stored(app, key).draft["pairs"] == ["15"]
    stale = head.post(_edit(key, "people"), data | {"pairs": "16"}, headers=htmx)
    assert stale.status_code == 409
    assert "report-version" not in stale.text.replace("#report-version", "")
    assert stored(app, key).draft["pairs"] == ["15"]


def test_questionnaire_tells_its_running_level(app, browser):
    key, version = made(app, factories.started)
    head = browser("head")
    assert "15 из 18 – оптимальный уровень" in head.get(_edit(key, "quality")).text
    head.post(_edit(key, "quality"), {"version": version, "quality_goals": "2", "draft": "1"})
    assert "отвечено 1 из 9" in head.get(_edit(key, "quality")).text


def test_figures_step_shows_the_card_and_leads_to_it(app, browser, cast):
    key, _ = made(app, factories.started)
    page = browser("head").get(_edit(key, "figures")).text
    assert f'href="/schools/{cast.schools["t1-01"]}/card/2025"' in page
    assert "<dt>Всего обучающихся 10–19 лет</dt><dd hx-disable>200</dd>" in page


def test_monthly_sums_stand_beside_the_people(app, browser):
    with app.app_context():
        for month in ("2025-10", "2025-11"):
            factories.accepted(
                "t1-01", "monthly_return", month, meetings=5, site_updates=[], events=[], new_pairs=1, closed_pairs=0
            )
        db.session.commit()
    key, _ = made(app, factories.started)
    page = browser("head").get(_edit(key, "people")).text
    assert "принято за 2 месяца" in page
    assert "<dt>Встреч пар и групп по этим сведениям</dt><dd hx-disable>10</dd>" in page


def test_last_accepted_value_stands_beside_the_field(app, browser):
    with app.app_context():
        factories.accepted("t1-01", period="2025", pairs=11)
        db.session.commit()
    key, _ = made(app, factories.started)
    page = browser("head").get(_edit(key, "people")).text
    assert 'id="p-pairs" hx-disable>В прошлый раз: <b>11</b>' in page


def test_rows_are_added_and_removed_without_javascript(app, browser):
    key, version = made(app, factories.started)
    head = browser("head")
    posted = fields(head.get(_edit(key, "swot")).text)
    added = head.post(_edit(key, "swot"), posted | {"strengths": ["новое"], "add_row": ["practices"]})
    assert added.status_code == 303
    assert added.location == f"{_edit(key, 'swot')}?saved={version + 1}#practices-1"
    draft = stored(app, key).draft
    assert draft["strengths"] == ["новое"]
    assert len([name for name in draft if name.startswith("practices-") and name.endswith("-uid")]) == 2
    uid = draft["practices-0-uid"][0]
    posted = fields(head.get(_edit(key, "swot")).text)
    removed = head.post(_edit(key, "swot"), posted | {"remove_row": [f"practices:{uid}"]})
    assert removed.status_code == 303
    left = stored(app, key).draft
    assert uid not in [values[0] for name, values in left.items() if name.endswith("-uid")]


def test_row_buttons_touch_only_the_lists_of_their_step(app, browser):
    key, version = made(app, factories.started)
    answer = browser("head").post(_edit(key, "swot"), {"version": version, "add_row": "difficulties"})
    assert answer.status_code == 400
    assert stored(app, key).version == version


def test_foreign_fields_of_a_form_are_ignored(app, browser):
    key, version = made(app, factories.started)
    data = {"version": version, "pairs": "12", "draft": "1", "state": "accepted", "number": "7", "accepted_at": "now"}
    assert browser("head").post(_edit(key, "people"), data).status_code == 303
    after = stored(app, key)
    assert (after.state, after.number, after.accepted_at) == ("draft", 0, None)
    assert {"state", "number", "accepted_at", "version"}.isdisjoint(after.draft)


def test_unknown_step_is_not_found_and_a_broken_version_refused(app, browser):
    key, version = made(app, factories.started)
    head = browser("head")
    assert head.get(_edit(key, "nowhere")).status_code == 404
    assert head.post(_edit(key, "nowhere"), {"version": version}).status_code == 404
    for broken in ("", "x", "-1", "9" * 30):
        assert head.post(_edit(key, "people"), {"version": broken, "draft": "1"}).status_code == 400
    assert stored(app, key).version == version


def test_closed_period_refuses_and_the_page_keeps_the_text(app, browser):
    key, version = made(app, factories.started)
    with app.app_context():
        occurrence = factories.occurrence("t1-01")
        close_period(occurrence.measure, "2026", factories.user("specialist"))
        db.session.commit()
    answer = browser("head").post(_edit(key, "people"), {"version": version, "pairs": "77", "draft": "1"})
    assert answer.status_code == 409
    assert "Приём за этот период закрыт" in answer.text
    assert fields(answer.text)["pairs"] == ["77"]
    assert stored(app, key).draft["pairs"] == ["12"]


def test_returned_report_shows_the_reason_on_every_step(app, browser):
    key, _ = made(app, factories.returned, "t1-01", "Уточните <b>число</b> наставников.")
    head = browser("head")
    for path in (_edit(key, "programme"), _edit(key, "conclusions"), f"/submissions/{key}/check"):
        page = head.get(path).text
        assert "Уточните &lt;b&gt;число&lt;/b&gt; наставников." in page
        assert "Вернуть до <b>8 июня 2026 г.</b>" in page.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("head", 200),
        ("curator", 200),
        ("methodist", 403),
        ("specialist", 403),
        ("stranger", 404),
        ("pds", 404),
        ("admin", 404),
        ("other-head", 404),
        ("other-methodist", 404),
    ],
)
def test_edit_is_for_the_own_school(app, browser, who, status):
    key, version = made(app, factories.started)
    person = browser(who)
    assert person.get(_edit(key, "people")).status_code == status
    if status != 200:
        assert person.post(_edit(key, "people"), {"version": version, "draft": "1"}).status_code == status
        assert stored(app, key).version == version


def test_sent_report_is_not_edited(app, browser):
    key, version = made(app, factories.sent)
    head = browser("head")
    assert head.get(_edit(key, "people")).location == f"/submissions/{key}"
    answer = head.post(_edit(key, "people"), {"version": version, "pairs": "1", "draft": "1"})
    assert answer.status_code == 409
    assert "Отчёт уже отправлен и ждёт проверки." in answer.text
    assert stored(app, key).version == version


def service_form(app, key):
    with app.app_context():
        return service.form_class(db.session.get_one(Submission, key))
