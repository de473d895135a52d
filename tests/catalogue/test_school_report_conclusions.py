"""Conclusions drafted from the figures: every sentence, and none without its figure."""

from decimal import Decimal
from typing import Any

from catalogue_world import World, accepted, school

from roadmap.catalogue.base import Accepted, Target
from roadmap.catalogue.school_report import EXAMPLE, EXAMPLE_FACTS
from roadmap.catalogue.school_report_documents import summary_context

PAPER = "распоряжение от 01.02.2023 № 5"


def report(number: int, facts: dict[str, Any] | None = None, **answers: Any) -> Accepted:
    return accepted(number, {**EXAMPLE, **answers}, {**EXAMPLE_FACTS, **(facts or {})})


def drafted(world: World) -> list[str]:
    lines: list[str] = summary_context(world, "2026").values["conclusions"]
    return [line.replace("\u00a0", " ") for line in lines]


def test_everything_known_and_nothing_planned() -> None:
    assert drafted(World([school(1), school(2)], [report(1), report(2, quality_goals=0, quality_logic=0)])) == [
        "Отчёты представили все ОО: 2 из 2.",
        "Пар и групп – 24, наставников – 22, наставляемых – 26.",
        "Плановые значения показателей не установлены, выполнение плана не оценивается.",
        "Уровень реализации программ: оптимальный – 1 ОО, допустимый – 1 ОО, недопустимый – 0 ОО.",
        "Чаще всего ОО называют трудности вида «нагрузка и нехватка времени»: 2 из 2 ОО.",
    ]


def test_plans_are_judged_only_with_their_paper() -> None:
    world = World([school(1), school(2)], [report(1, {"early_career_teachers": 0}, early_career_mentees=0)])
    world.targets = {
        ("I1", 2026): Target(Decimal(70), PAPER),
        ("I2", 2026): Target(Decimal(5), PAPER),
        ("I3", 2026): Target(Decimal(50), PAPER),
        ("I7", 2026): Target(Decimal(10), " "),
    }
    world.earlier = [report(1, pupil_mentees=4)]
    assert drafted(world)[2:7] == [
        "Плановое значение достигнуто: показатель 2 (9,4 % при плане 5,0 %).",
        "Плановое значение не достигнуто: показатель 1 (4,2 % при плане 70,0 %).",
        "Выполнение плана не оценивается: показатель 3 (не рассчитывается: нет молодых специалистов).",
        "План не установлен, выполнение не оценивается: показатели 4, 5, 6.",
        "По сравнению с предыдущим учебным годом выросли: показатель 1 (+2,3 п.п.); "
        "не изменились: показатель 2; показатель 4; показатель 5; показатель 6.",
    ]


def test_who_is_missing_silent_or_lowest_is_named() -> None:
    lowest = {f"quality_{key}": 0 for key in ("goals", "principles", "climate", "logic")}
    silent = {"mentees_surveyed": 0, "mentees_satisfied": None, "mentees_before": None, "mentees_after": None}
    world = World([school(n) for n in (1, 2, 3)], [report(1, **lowest), report(2, difficulties=[], **silent)])
    assert drafted(world) == [
        "Выводы сделаны по данным 2 из 3 ОО и не распространяются на ОО без принятого отчёта: СШ № 3.",
        "Пар и групп – 24, наставников – 22, наставляемых – 26.",
        "Плановые значения показателей не установлены, выполнение плана не оценивается.",
        "Уровень реализации программ: оптимальный – 1 ОО, допустимый – 0 ОО, недопустимый – 1 ОО. "
        "Недопустимый уровень: СШ № 1.",
        "Опрос наставляемых не проводился: СШ № 2.",
        "Чаще всего ОО называют трудности вида «нагрузка и нехватка времени»: 1 из 2 ОО.",
    ]


def test_equally_common_difficulties_are_all_named() -> None:
    rows = [{"uid": kind, "kind": kind, "text": "т", "help": ""} for kind in ("staff", "time")]
    found = drafted(World([school(1)], [report(1, difficulties=rows)]))
    assert found[-1] == (
        "Чаще всего ОО называют трудности вида «не хватает наставников»; «нагрузка и нехватка времени»: 1 из 1 ОО."
    )


def test_without_reports_nothing_is_concluded() -> None:
    assert drafted(World([school(1)])) == ["Принятых отчётов нет, выводы не делаются."]
