"""Measures that are fulfilled by evidence: what was done, when, and where it can be seen."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from roadmap import clock
from roadmap.demo.timeline import dice, workday
from roadmap.demo.world import World
from roadmap.plan.models import Occurrence
from roadmap.plan.queries import module_of
from roadmap.plan.service import Proof, give_evidence

# Module -> the page of the site, what a school did, what the office did.
RESULTS = {
    "roadmap_itself": ("dorozhnaya-karta", "", "Дорожная карта утверждена приказом и размещена на сайте."),
    "school_programme": ("programma", "Программа наставничества утверждена приказом директора.", ""),
    "local_acts": ("lokalnye-akty", "Приняты положение, приказ о кураторе и приказ о внедрении.", ""),
    "pay_regulation": ("oplata-truda", "Изменения в положение об оплате труда внесены, доплаты назначены.", ""),
    "informing": (
        "informirovanie",
        "Дорожная карта размещена в разделе сайта школы, о ней рассказано на педсовете.",
        "Выступление на совещании руководителей ОО, материалы размещены на сайте управления.",
    ),
    "seminar_for_deputies": ("seminar-zamestiteli", "", "Семинар проведён, протокол размещён."),
    "seminar_for_teachers": ("seminar-pedagogi", "", "Семинар проведён, протокол размещён."),
    "methodology": (
        "metodika",
        "Школа присоединилась к муниципальной методике оценки, приказ издан.",
        "Методика оценки эффективности утверждена и разослана в школы.",
    ),
    "readiness": ("usloviya", "Условия созданы: нормативные, методические и материальные, выделен кабинет.", ""),
    "site_monitoring": ("monitoring-saytov", "", "Справка о мониторинге сайтов подписана и разослана в ОО."),
    "involvement": ("vklyuchennost", "", "Информация о формах наставничества и включённости обобщена."),
    "national_project": ("kvartalnyy-otchet", "", "Отчёт за квартал подписан и отправлен."),
    "consolidated_return": (
        "regionalnyy-monitoring",
        "Сведения для регионального мониторинга переданы в управление.",
        "Сведения школ обобщены и отправлены с сопроводительным письмом.",
    ),
    "recommendations": ("rekomendatsii", "", "Рекомендации по итогам года подписаны и разосланы."),
    "analytical_report": ("analiticheskiy-otchet", "", "Аналитический отчёт подготовлен и размещён."),
    "school_control": ("kontrol", "Контроль проведён, аналитическая справка подписана директором.", ""),
    "control_package": ("kontrolnye-materialy", "", "Контрольно-аналитические материалы отправлены."),
}
BY_METHODIST = frozenset({"seminar_for_deputies", "methodology", "involvement"})
SLOW, PATIENCE = "se-06", timedelta(days=20)


def plan_evidence(world: World, occurrence: Occurrence) -> None:
    """Most is done a little before its date, some a few days late; one school still owes what was due lately."""
    module = occurrence.measure.module
    if module not in RESULTS or module_of(module) is not None:
        return
    code = world.profile(occurrence.school_id).code if occurrence.school_id else ""
    municipality = code[:2] or _municipality(world, occurrence)
    chance = dice("evidence", municipality, code, module, occurrence.period)
    if module != "roadmap_itself" and chance.random() < (0.12 if code else 0.04):
        day = occurrence.due + timedelta(days=chance.randint(1, 6))
    else:
        day = workday(occurrence.due - timedelta(days=chance.randint(0, 8 if code else 3)))
    if code == SLOW and occurrence.due >= world.today - PATIENCE:
        return
    step = partial(_give, world, occurrence, code, municipality)
    world.timeline.add(max(day, occurrence.opens_on), chance.randint(9, 16), chance.randint(0, 59), step)


def _give(world: World, occurrence: Occurrence, code: str, municipality: str) -> None:
    module = occurrence.measure.module
    page, by_school, by_office = RESULTS[module]
    if code:
        profile = world.profile(world.schools[code].id)
        actor, site, result = world.filler(profile), profile.site, by_school
    else:
        actor = world.methodist(municipality) if module in BY_METHODIST else world.specialist(municipality)
        host = "edu" if municipality == "se" else "forest-edu"
        site, result = f"https://{host}.example/nastavnichestvo", by_office
    day: date = clock.today()
    give_evidence(occurrence, Proof(day, result, f"{site}/{page}-{occurrence.period.lower()}"), actor)


def _municipality(world: World, occurrence: Occurrence) -> str:
    return next(code for code, row in world.municipalities.items() if row.id == occurrence.municipality_id)
