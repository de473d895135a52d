from decimal import Decimal
from typing import Any

from catalogue_world import World, accepted, school

from roadmap.catalogue.base import Accepted, Target
from roadmap.catalogue.school_report import EXAMPLE, EXAMPLE_FACTS, MEASURE
from roadmap.catalogue.school_report_documents import (
    school_context,
    school_missing,
    summary_context,
    summary_missing,
)
from roadmap.catalogue.school_report_figures import mean, totals

NBSP = "\u00a0"
TARGET = Target(Decimal(70), "распоряжение от 01.02.2023 № 5")


def report(number: int, facts: dict[str, Any] | None = None, **answers: Any) -> Accepted:
    return accepted(number, {**EXAMPLE, **answers}, {**EXAMPLE_FACTS, **(facts or {})})


def own(**answers: Any) -> World:
    return World([school(1)], [report(1, **answers), report(2)], the_owner=school(1))


def column(values: dict[str, Any], name: str) -> dict[str, str]:
    return {row["code"]: row[name] for row in values["indicators"]}


def test_d3_prints_the_schools_own_shares() -> None:
    filled = school_context(own(), "2026")
    # 9/212, 6/64, 3/4, 10/12, 9/11, 8/31
    assert column(filled.values, "fact") == {
        "I1": f"4,2{NBSP}%",
        "I2": f"9,4{NBSP}%",
        "I3": f"75,0{NBSP}%",
        "I5": f"83,3{NBSP}%",
        "I6": f"81,8{NBSP}%",
        "I7": f"25,8{NBSP}%",
    }
    first = filled.values["indicators"][0]
    assert (first["numerator"], first["denominator"], first["note"]) == ("9", "212", "")
    proof = filled.figures["indicators.0.fact"]
    assert proof.how == "наставляемые 10–19 лет / обучающиеся 10–19 лет: 9 / 212 × 100"
    assert [(s.kind, s.id) for s in proof.sources] == [("submission", "1-2026"), ("card", "card-2025")]


def test_a_plan_prints_only_with_its_paper() -> None:
    world = own()
    bare = school_context(world, "2026").values
    assert set(column(bare, "plan").values()) == {"план не установлен"}
    assert set(column(bare, "gap").values()) == {"–"}
    assert (bare["has_plans"], bare["plan_notes"]) == (False, [])
    assert school_missing(world, "2026") == [
        "План на 2026 год не установлен, показатели: 1, 2, 3, 4, 5, 6 (номера – по таблице)."
    ]

    world.targets = {("I3", 2026): TARGET, ("I1", 2025): TARGET, ("I2", 2026): Target(Decimal(10), " ")}
    planned = school_context(world, "2026").values
    assert column(planned, "plan") == column(bare, "plan") | {"I3": f"70,0{NBSP}%"}
    assert column(planned, "gap") == column(bare, "gap") | {"I3": f"+5,0{NBSP}п.п."}
    assert planned["plan_notes"] == ["распоряжение от 01.02.2023 № 5"]


def test_the_change_since_last_year_is_in_points() -> None:
    world = own()
    world.earlier = [report(1, {"pupils_10_19": 100}), report(2, pupil_mentees=1)]
    values = school_context(world, "2026").values
    assert (column(values, "before")["I1"], column(values, "change")["I1"]) == (f"9,0{NBSP}%", f"−4,8{NBSP}п.п.")
    assert column(school_context(own(), "2026").values, "before")["I1"] == "нет данных"


def test_d3_prints_every_section() -> None:
    values = school_context(own(), "2026").values
    assert values["school"]["short_name"] == "СШ № 1"
    assert values["school_year"] == "2025/2026"
    assert values["as_of"] == f"15{NBSP}июня 2026{NBSP}г."
    assert values["signatory"] == {"post": "Директор", "name": f"П.А.{NBSP}Иванова", "order": ""}
    assert values["forms"] == ["ученик – ученик", "учитель – учитель"]
    assert values["people"] == {
        "pairs": "12",
        "mentors": "11",
        "mentees": "13",
        "mentees_pupils": "10",
        "mentees_teachers": "3",
    }
    quality = values["quality"]
    assert (quality["score"], quality["maximum"], quality["level"]) == ("15", "18", "оптимальный")
    assert [len(block["lines"]) for block in quality["blocks"]] == [5, 2, 2]
    assert [line["number"] for block in quality["blocks"] for line in block["lines"]] == list("123456789")
    assert quality["blocks"][0]["lines"][2]["meaning"] == "частично"
    assert values["programmes"] == {
        "total": "12",
        "approved": "12",
        "running": "7",
        "completed": "4",
        "stopped": "1",
    }
    assert values["swot"]["strengths"] == [
        "Наставники – учителя с большим опытом",
        "Старшеклассники охотно помогают младшим",
    ]
    assert [p["title"] for p in values["practices"]] == ["Школа юного экскурсовода"]
    assert values["difficulties"] == [
        {
            "number": "1",
            "kind": "нагрузка и нехватка времени",
            "text": "Встречи трудно совместить с расписанием.",
            "help": "",
        }
    ]
    assert values["monthly"]["meetings"] == "118"
    assert values["threshold"] == "удовлетворённым считается участник с оценкой не ниже 7 из 10"


def test_d3_surveys() -> None:
    mentees, mentors = school_context(own(), "2026").values["surveys"]
    assert (mentees["before"], mentees["after"], mentees["change"]) == ("6,2", "8,1", "1,9")
    assert (mentors["before"], mentors["after"], mentors["change"]) == ("нет данных", "7,9", "–")
    silent = own(mentors_surveyed=0, mentors_satisfied=None, mentors_after=None)
    survey = school_context(silent, "2026").values["surveys"][1]
    assert (survey["held"], survey["surveyed"], survey["share"], survey["note"], survey["after"]) == (
        False,
        "0",
        "опрос не проводился",
        "опрос не проводился",
        "опрос не проводился",
    )


def test_zero_denominator_in_d3() -> None:
    world = World([school(1)], [report(1, {"early_career_teachers": 0}, early_career_mentees=0)], the_owner=school(1))
    row = school_context(world, "2026").values["indicators"][2]
    assert (row["denominator"], row["fact"], row["note"]) == (
        "0",
        "–",
        "не рассчитывается: нет молодых специалистов",
    )


def test_a_short_report_leaves_swot_out_in_words() -> None:
    empty = dict.fromkeys(("strengths", "weaknesses", "opportunities", "threats"), "")
    values = school_context(own(pairs=5, practices=[], difficulties=[], **empty), "2026").values
    assert (values["swot"]["given"], values["swot"]["note"]) == (False, "SWOT-анализ не представлен.")
    assert values["practices_note"] == "Практики для представления не заявлены."
    assert values["difficulties_note"] == "Трудности не указаны."


def test_d3_without_a_report_says_so() -> None:
    world = World([school(1)], [report(2)], the_owner=school(1))
    values = school_context(world, "2026").values
    assert values["has_report"] is False
    assert set(column(values, "fact").values()) == {"нет данных"}
    assert values["conclusions"] == ["нет данных"]
    assert school_missing(world, "2026")[0] == "Нет принятого отчёта о наставничестве за 2025/2026 учебный год."


def two_schools() -> World:
    """1 of 10 and 90 of 100."""
    first = report(1, {"pupils_10_19": 10}, pupil_mentees=1, mentees_surveyed=0, mentees_satisfied=None)
    second = report(2, {"pupils_10_19": 100}, pupil_mentees=90, quality_goals=1, difficulties=[])
    return World([school(1), school(2), school(3)], [first, second])


def test_d18_sums_before_it_divides() -> None:
    values = summary_context(two_schools(), "2026").values
    assert [row["I1"] for row in values["rows"]] == [f"10,0{NBSP}%", f"90,0{NBSP}%"]
    assert values["total"]["I1"] == f"82,7{NBSP}%"
    assert column(values, "fact")["I1"] == f"82,7{NBSP}%"
    assert (values["total"]["pairs"], values["total"]["mentors"], values["total"]["mentees"]) == ("24", "22", "26")


def test_d18_says_whose_data_it_has() -> None:
    world = two_schools()
    coverage = summary_context(world, "2026").values["coverage"]
    assert coverage == {
        "reported": "2",
        "owed": "3",
        "text": "по данным 2 из 3 ОО",
        "missing": ["СШ № 3"],
        "complete": False,
    }
    assert summary_missing(world, "2026") == [
        "Нет принятого отчёта: СШ № 3.",
        "План на 2026 год не установлен, показатели: 1, 2, 3, 4, 5, 6 (номера – по таблице).",
    ]


def test_a_report_that_nobody_owes_is_left_out_and_said() -> None:
    world = two_schools()
    world.owed = [school(1)]
    values = summary_context(world, "2026").values
    assert values["coverage"]["text"] == "по данным 1 из 1 ОО"
    assert values["total"]["I1"] == f"10,0{NBSP}%"
    assert summary_missing(world, "2026")[0] == "Отчёт не войдёт в сводную справку, он не требуется: СШ № 2."


def test_d18_distributions() -> None:
    values = summary_context(two_schools(), "2026").values
    assert values["levels"] == [
        {"title": "оптимальный", "schools": "1"},
        {"title": "допустимый", "schools": "1"},
        {"title": "недопустимый", "schools": "0"},
    ]
    assert [(row["quality"], row["level"]) for row in values["rows"]] == [
        ("15", "оптимальный"),
        ("14", "допустимый"),
    ]
    assert values["forms"] == [
        {"title": "ученик – ученик", "schools": "2"},
        {"title": "учитель – учитель", "schools": "2"},
    ]
    assert values["difficulties"] == [{"number": "1", "title": "нагрузка и нехватка времени", "schools": "1"}]
    assert [row["school"] for row in values["practices"]] == ["СШ № 1", "СШ № 2"]


def test_d18_surveys_are_weighted_by_answers() -> None:
    few = report(1, mentees_surveyed=2, mentees_satisfied=2, mentees_after="10.0")
    many = report(2, mentees_surveyed=8, mentees_satisfied=4, mentees_after="5.0")
    survey = summary_context(World([school(1), school(2)], [few, many]), "2026").values["surveys"][0]
    # (2×10 + 8×5) / 10 = 6.0, not 7.5; (2 + 4) / 10
    assert (survey["surveyed"], survey["satisfied"], survey["share"], survey["after"]) == (
        "10",
        "6",
        f"60,0{NBSP}%",
        "6,0",
    )


def test_mean_of_a_school_that_did_not_ask_is_not_counted() -> None:
    silent = report(1, mentees_surveyed=0, mentees_satisfied=None, mentees_after=None)
    assert mean([silent, report(2)], "mentees", "after").text() == "8,1"
    assert mean([silent], "mentees", "after").text() == "опрос не проводился"
    assert mean([], "mentees", "after").text() == "нет данных"


def test_d18_with_nobody() -> None:
    values = summary_context(World(), "2026").values
    assert (values["rows"], values["coverage"]["text"]) == ([], "по данным 0 из 0 ОО")
    assert summary_missing(World(), "2026")[0] == (
        "За 2025/2026 учебный год отчёт о наставничестве никто не представляет."
    )


def test_different_thresholds_are_all_named() -> None:
    world = World([school(1), school(2)], [report(1), report(2, {"satisfied_from": 8})])
    assert summary_context(world, "2026").values["threshold"].endswith("не ниже 7 или 8 из 10")


def test_totals_equal_the_printed_sum_of_rows() -> None:
    reports = [report(1), report(2, pairs=7), report(3, pairs=0)]
    found = totals(reports)
    assert (found["pairs"].value, found["schools"].value) == (19, 3)
    rows = summary_context(World([school(n) for n in (1, 2, 3)], reports), "2026").values["rows"]
    assert sum(int(row["pairs"]) for row in rows) == 19


def test_documents_name_their_templates() -> None:
    assert [(s.kind, s.scope, s.template) for s in MEASURE.documents] == [
        ("D3", "school", "school_report/spravka.docx"),
        ("D18", "municipality", "school_report/summary.docx"),
    ]
