"""Evidence, «не требуется», and closing a period: over HTTP, with what each refusal says."""

from __future__ import annotations

import io
from datetime import date

import factories
import pytest
from sqlalchemy import func, select

from roadmap.audit.models import AuditEvent
from roadmap.database import db
from roadmap.errors import Conflict, Invalid, NotFound, WrongState
from roadmap.plan import service
from roadmap.plan.models import Evidence, Occurrence, OccurrenceState
from roadmap.plan.queries import evidence_state
from roadmap.submissions import service as submissions
from roadmap.submissions.models import Submission

PDF = b"%PDF-1.4\n1 0 obj\nendobj\ntrailer\n%%EOF\n"
RIGHT = {"done_on": "28.05.2026", "result": "Проведён контроль.", "link": "https://school.example/kontrol"}
CLOSED = (
    "Приём за этот период закрыт 03.06.2026. "
    "Если отчёт всё же нужно отправить, попросите главного специалиста открыть приём."
)


@pytest.fixture
def control(app):
    """The id of what school 1 owes for 6.1, due on the 25th of June."""
    return _id(app, "t1-01", "school_control")


def _id(app, school, module, period="2026", municipality="t1"):
    with app.app_context():
        return factories.occurrence(school, module, period, municipality).id


def _evidence(app):
    with app.app_context():
        return db.session.scalars(select(Evidence)).all()


def _verbs(app, verb):
    with app.app_context():
        return db.session.scalar(select(func.count(AuditEvent.id)).where(AuditEvent.verb == verb))


def _form(file=None, name="act.pdf", **changes):
    values = RIGHT | changes
    return values if file is None else values | {"file": (io.BytesIO(file), name)}


# Giving evidence


def test_a_link_alone_fulfils_the_occurrence(app, browser, control):
    head = browser("head")
    answer = head.post(f"/occurrences/{control}/evidence", _form())
    assert (answer.status_code, answer.location) == (303, f"/occurrences/{control}")
    (one,) = _evidence(app)
    assert (one.occurrence_id, one.done_on, one.link) == (control, date(2026, 5, 28), RIGHT["link"])
    assert (one.result, one.sha256, one.school_id) == (RIGHT["result"], None, one.school_id)
    assert _verbs(app, "evidence_given") == 1
    page = head.get(answer.location).text
    assert "Подтверждение сохранено." in page
    assert '<span class="state state-accepted">исполнено</span>' in page
    assert f'href="{RIGHT["link"]}"' in page


def test_a_file_alone_is_kept_and_given_back(app, browser, control):
    head = browser("curator")
    answer = head.post(f"/occurrences/{control}/evidence", _form(PDF, "Справка № 1.pdf", link=""))
    assert answer.status_code == 303
    (one,) = _evidence(app)
    assert (one.file_name, one.media_type, one.link) == ("Справка № 1.pdf", "application/pdf", "")
    file = head.get(f"/evidence/{one.id}/file")
    assert (file.status_code, file.data) == (200, PDF)
    assert file.headers["Content-Disposition"].startswith("attachment;")
    assert browser("stranger").get(f"/evidence/{one.id}/file").status_code == 404
    assert browser("specialist").get(f"/evidence/{one.id}/file").status_code == 200
    assert browser("other-specialist").get(f"/evidence/{one.id}/file").status_code == 404


def test_evidence_with_a_link_alone_has_no_file(app, browser, control):
    head = browser("head")
    head.post(f"/occurrences/{control}/evidence", _form())
    assert head.get(f"/evidence/{_evidence(app)[0].id}/file").status_code == 404


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        (
            _form(link=""),
            "Приложите файл или укажите ссылку: без подтверждения мероприятие не считается исполненным.",
        ),
        (_form(link="javascript:alert(1)"), "Введите адрес целиком, например https://school.ru/nastavnichestvo"),
        (
            _form(link="https://school.example/" + "a" * 400),
            "Слишком длинный текст: сократите на 23 знака. Можно не больше 400 знаков",
        ),
        (_form(done_on="04.06.2026"), "Дата исполнения ещё не наступила."),
        (_form(done_on="31.02.2026"), "Такой даты нет: 31.02.2026. Проверьте день и месяц"),
        (_form(done_on=""), "Заполните это поле"),
        (_form(result=""), "Заполните это поле"),
        (_form(b"", link=""), "Файл пустой. Выберите другой файл."),
        (
            _form(b"MZ\x90\x00 program", "act.pdf"),
            "Файл этого вида не принимается. Подойдёт PDF, JPEG, PNG, Word (.docx).",
        ),
        (
            _form(PDF[:-8]),
            "Файл повреждён или загружен не до конца. Откройте его на своём компьютере и отправьте снова.",
        ),
    ],
    ids=["nothing", "script", "long", "future", "no-such-day", "no-day", "no-result", "empty", "exe", "cut"],
)
def test_wrong_evidence_is_refused_at_its_field(app, browser, control, form, sentence):
    answer = browser("head").post(f"/occurrences/{control}/evidence", dict(form))
    assert answer.status_code == 422
    assert answer.text.count(sentence) == 2  # in the summary and at the field
    assert "Проверьте введённые данные" in answer.text
    assert _evidence(app) == []


def test_a_file_of_more_than_ten_megabytes_is_refused_at_its_field(app, browser, control):
    parts = [f'--x\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in RIGHT.items()]
    file = '--x\r\nContent-Disposition: form-data; name="file"; filename="big.pdf"\r\n\r\n'
    body = "".join([*parts, file]).encode() + PDF + b"0" * (10 * 1024 * 1024) + b"\r\n--x--\r\n"
    answer = browser("head").post(
        f"/occurrences/{control}/evidence", body, content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code == 422
    assert answer.text.count("Файл больше 10 МБ. Уменьшите его и отправьте снова.") == 2
    assert _evidence(app) == []


def test_what_was_typed_stays_in_the_refused_form(browser, control):
    answer = browser("head").post(f"/occurrences/{control}/evidence", _form(link="", result="<b>Сделано</b>"))
    assert "&lt;b&gt;Сделано&lt;/b&gt;" in answer.text
    assert 'value="28.05.2026"' in answer.text


def test_the_form_is_for_the_own_school_and_for_what_the_office_owes(app, browser, control):
    office = _id(app, None, "consolidated_return")
    statuses = {
        who: [browser(who).get(f"/occurrences/{key}/evidence").status_code for key in (control, office)]
        for who in ("head", "curator", "stranger", "specialist", "methodist", "admin", "other-specialist")
    }
    assert statuses == {
        "head": [200, 404],
        "curator": [200, 404],
        "stranger": [404, 404],
        "specialist": [403, 200],
        "methodist": [403, 200],
        "admin": [404, 404],
        "other-specialist": [404, 404],
    }


def test_a_measure_with_a_report_takes_no_evidence(app, browser):
    report = _id(app, "t1-01", "school_report")
    for call in (browser("head").get, browser("head").post):
        answer = call(f"/occurrences/{report}/evidence")
        assert answer.status_code == (409 if call.__name__ == "get" else 422)
    answer = browser("head").post(f"/occurrences/{report}/evidence", _form())
    assert answer.status_code == 409
    assert "Это мероприятие исполняется отчётом" in answer.text
    assert _evidence(app) == []


def test_a_period_that_has_not_opened_takes_nothing(app, browser):
    later = _id(app, "t1-01", "school_control", "2027")
    answer = browser("head").post(f"/occurrences/{later}/evidence", _form())
    assert (answer.status_code, "Приём откроется 01.05.2027." in answer.text) == (409, True)


# States


@pytest.mark.parametrize(
    ("not_required", "done_on", "today", "state"),
    [
        (False, None, date(2026, 4, 30), OccurrenceState.UPCOMING),
        (False, None, date(2026, 5, 1), OccurrenceState.NOT_STARTED),
        (False, None, date(2026, 6, 25), OccurrenceState.NOT_STARTED),
        (False, None, date(2026, 6, 26), OccurrenceState.OVERDUE),
        (False, date(2026, 6, 25), date(2026, 7, 1), OccurrenceState.ACCEPTED),
        (False, date(2026, 6, 26), date(2026, 7, 1), OccurrenceState.LATE_ACCEPTED),
        (True, None, date(2026, 7, 1), OccurrenceState.NOT_REQUIRED),
        (True, date(2026, 6, 25), date(2026, 7, 1), OccurrenceState.NOT_REQUIRED),
    ],
)
def test_the_state_of_what_evidence_fulfils(not_required, done_on, today, state):
    occurrence = Occurrence(opens_on=date(2026, 5, 1), due=date(2026, 6, 25), not_required=not_required)
    assert evidence_state(occurrence, done_on, today) is state


# «Не требуется»


def test_not_required_with_its_reason_and_back(app, browser, control):
    specialist = browser("specialist")
    address = f"/occurrences/{control}/not-required"
    assert "Отметить «не требуется»" in specialist.get(address).text
    answer = specialist.post(address, {"reason": "Школа закрыта на ремонт", "version": "1"})
    assert (answer.status_code, answer.location) == (303, f"/occurrences/{control}")
    page = browser("head").get(answer.location).text
    assert "Не требуется. Причина: <span hx-disable>Школа закрыта на ремонт</span>" in page
    assert "Приложить подтверждение" not in page
    refused = browser("head").post(f"/occurrences/{control}/evidence", _form())
    assert (refused.status_code, "Отчёт не требуется: Школа закрыта на ремонт" in refused.text) == (409, True)
    assert "Школа закрыта на ремонт" in specialist.get(address).text
    assert specialist.post(address, {"version": "2"}).status_code == 303
    with app.app_context():
        one = db.session.get_one(Occurrence, control)
        assert (one.not_required, one.not_required_reason) == (False, "")
    assert _verbs(app, "not_required") == 2


def test_not_required_without_a_reason_or_with_a_stale_version_changes_nothing(app, browser, control):
    specialist = browser("specialist")
    address = f"/occurrences/{control}/not-required"
    answer = specialist.post(address, {"reason": " ", "version": "1"})
    assert (answer.status_code, answer.text.count("Заполните это поле")) == (422, 2)
    assert specialist.post(address, {"reason": "Ремонт", "version": "7"}).status_code == 409
    assert specialist.post(address, {"reason": "Ремонт"}).status_code == 400
    assert _verbs(app, "not_required") == 0


@pytest.mark.parametrize(("who", "status"), [("head", 403), ("methodist", 403), ("stranger", 404), ("pds", 404)])
def test_not_required_is_the_specialists(browser, control, who, status):
    answer = browser(who).post(f"/occurrences/{control}/not-required", {"reason": "Так", "version": "1"})
    assert answer.status_code == status


def test_two_specialists_at_once_are_a_conflict(context):
    occurrence = factories.occurrence("t1-01", "school_control")
    service.mark_not_required(occurrence, "Ремонт", 1, factories.user("specialist"))
    db.session.flush()
    with pytest.raises(Conflict):
        service.mark_not_required(occurrence, "Другое", 1, factories.user("specialist"))


# Closing a period


def test_a_closed_period_takes_neither_evidence_nor_reports_until_it_is_opened(app, browser):
    control, monthly = _id(app, "t1-01", "school_control"), _id(app, "t1-01", "monthly_return", "2026-05")
    with app.app_context():
        measures = [db.session.get_one(Occurrence, key).measure_id for key in (control, monthly)]
    specialist, head = browser("specialist"), browser("head")
    for measure, period in zip(measures, ("2026", "2026-05"), strict=True):
        answer = specialist.post(f"/measures/{measure}/periods/{period}/close")
        assert (answer.status_code, answer.location) == (303, f"/measures/{measure}?year=2026")
    for method, address in (
        ("post", f"/occurrences/{control}/evidence"),
        ("get", f"/occurrences/{control}/evidence"),
        ("post", f"/occurrences/{monthly}/start"),
    ):
        answer = getattr(head, method)(address, data=_form()) if method == "post" else head.get(address)
        assert (answer.status_code, CLOSED in answer.text) == (409, True), address
    with app.app_context():
        assert db.session.scalar(select(func.count(Submission.id))) == 0
    assert _evidence(app) == []
    assert "Приём закрыт: мероприятие 6.1, 2026 год." in specialist.get(f"/measures/{measures[0]}?year=2026").text
    assert specialist.post(f"/measures/{measures[0]}/periods/2026/open").status_code == 303
    assert head.post(f"/occurrences/{control}/evidence", _form()).status_code == 303
    assert (_verbs(app, "period_closed"), _verbs(app, "period_opened")) == (2, 1)


def test_a_draft_cannot_be_sent_after_the_period_is_closed(context):
    submission = factories.started()
    service.close_period(submission.occurrence.measure, "2026", factories.user("specialist"))
    db.session.flush()
    with pytest.raises(WrongState) as refusal:
        submissions.submit(submission, submission.version, factories.user("head"))
    assert refusal.value.message == CLOSED


def test_closing_counts_only_what_it_changes(context):
    measure = factories.occurrence("t1-01", "school_control").measure
    specialist = factories.user("specialist")
    assert [service.close_period(measure, "2026", specialist) for _ in range(2)] == [3, 0]
    assert [service.open_period(measure, "2026", specialist) for _ in range(2)] == [3, 0]
    with pytest.raises(NotFound):
        service.close_period(measure, "2031", specialist)


@pytest.mark.parametrize(("who", "status"), [("head", 403), ("methodist", 403), ("other-specialist", 404)])
def test_closing_is_the_specialists(app, browser, control, who, status):
    with app.app_context():
        measure = db.session.get_one(Occurrence, control).measure_id
    assert browser(who).post(f"/measures/{measure}/periods/2026/close").status_code == status


def test_the_service_itself_refuses_evidence_without_proof(context):
    occurrence = factories.occurrence("t1-01", "school_control")
    with pytest.raises(Invalid):
        service.give_evidence(occurrence, service.Proof(date(2026, 5, 28), "Сделано"), factories.user("head"))
