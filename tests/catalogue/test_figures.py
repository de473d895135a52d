from datetime import date
from decimal import Decimal

import pytest

from roadmap.catalogue.base import (
    Figure,
    Reference,
    Signatory,
    absent,
    difference,
    fill,
    long_date,
    month_title,
    ratio,
    school_year,
    total,
    upgraded,
)
from roadmap.catalogue.indicators import INDICATORS, LEVELS, level


def people(*values: int | None) -> list[Figure]:
    return [
        absent("чел.", "строка")
        if v is None
        else Figure(v, "чел.", "строка", (Reference("submission", str(n), f"ОО {n}"),), date(2026, 6, n + 1))
        for n, v in enumerate(values)
    ]


def test_a_municipal_share_is_sum_over_sum() -> None:
    # 1/10 and 90/100: 91/110 = 82.727 %, while the mean of 10 % and 90 % would be 50.0 %.
    share = ratio(people(1, 90), people(10, 100), "доля", "пусто")
    assert (share.value, share.text()) == (Decimal("82.7"), "82,7\u00a0%")
    assert share.how == "доля: 91 / 110 × 100"
    assert [s.id for s in share.sources] == ["0", "1"]
    assert share.as_of == date(2026, 6, 2)


@pytest.mark.parametrize(
    ("top", "bottom", "printed"),
    [
        (1, 8, "12,5\u00a0%"),
        (1, 16, "6,3\u00a0%"),  # 6.25: half away from zero; banker's rounding would print 6,2
        (9, 16, "56,3\u00a0%"),  # 56.25
        (1, 3, "33,3\u00a0%"),
        (2, 3, "66,7\u00a0%"),
        (0, 7, "0,0\u00a0%"),
        (7, 7, "100,0\u00a0%"),
    ],
)
def test_percent_is_half_up_to_one_decimal(top: int, bottom: int, printed: str) -> None:
    assert ratio(people(top), people(bottom), "доля", "пусто").text() == printed


def test_zero_denominator_is_a_dash_with_its_reason() -> None:
    share = INDICATORS["I3"].figure(people(0, 0), people(0, 0))
    assert (share.value, share.text()) == (None, "–")
    assert share.reason == "не рассчитывается: нет молодых специалистов"


def test_an_empty_survey_says_so_and_not_a_dash() -> None:
    share = INDICATORS["I5"].figure(people(0), people(0))
    assert share.text() == "опрос не проводился"


def test_what_was_not_supplied_is_no_data() -> None:
    assert ratio([], [], "доля", "пусто").text() == "нет данных"
    assert ratio(people(5), people(None), "доля", "пусто").text() == "нет данных"
    assert total([], "Σ").text() == "нет данных"


def test_a_school_without_a_denominator_leaves_both_sums() -> None:
    share = ratio(people(1, 500), people(10, None), "доля", "пусто")
    assert share.value == Decimal("10.0")
    assert share.how == "доля: 1 / 10 × 100; учтено 1 из 2"


def test_ratio_refuses_unequal_lengths() -> None:
    with pytest.raises(ValueError, match="zip"):
        ratio(people(1), people(1, 2), "доля", "пусто")


def test_total_counts_what_is_lacking() -> None:
    figure = total(people(3, None, 4), "Σ")
    assert (figure.value, figure.reason) == (7, "без данных: 1 из 3")


def test_difference_is_in_points_of_printed_values() -> None:
    now, before = ratio(people(2), people(3), "", ""), ratio(people(1), people(3), "", "")
    assert difference(now, before, "факт − план").text() == "+33,4\u00a0п.п."  # 66,7 − 33,3
    assert difference(before, now, "").text() == "\u221233,4\u00a0п.п."
    assert difference(now, now, "").text() == "0,0\u00a0п.п."
    lacking = difference(now, absent("%", "план", instead="план не установлен"), "")
    assert (lacking.text(), lacking.reason) == ("–", "план не установлен")


@pytest.mark.parametrize(
    ("figure", "printed"),
    [
        (Figure(1234, "чел.", ""), "1234"),
        (Figure(12345, "чел.", ""), "12\u00a0345"),
        (Figure(Decimal("8.0"), "балл", ""), "8,0"),
        (Figure(Decimal(70), "%", ""), "70,0\u00a0%"),
        (Figure(0, "чел.", ""), "0"),
    ],
)
def test_numbers_print_in_russian(figure: Figure, printed: str) -> None:
    assert figure.text() == printed


def test_fill_keeps_the_proof_of_every_number() -> None:
    figure = people(12)[0]
    filled = fill({"rows": [{"number": "1", "mentees": figure, "held": True}], "names": ("а", "б")})
    assert filled.values == {"rows": [{"number": "1", "mentees": "12", "held": True}], "names": ["а", "б"]}
    assert filled.figures == {"rows.0.mentees": figure}
    assert figure.record() == {
        "value": "12",
        "unit": "чел.",
        "printed": "12",
        "how": "строка",
        "sources": [{"kind": "submission", "id": "0", "label": "ОО 0"}],
        "as_of": "2026-06-01",
        "reason": "",
    }


@pytest.mark.parametrize("bare", [5, 0, 1.5, Decimal(3), None, date(2026, 6, 10)])
def test_fill_refuses_a_number_without_proof(bare: object) -> None:
    with pytest.raises(TypeError, match=r"total\.pairs"):
        fill({"total": {"pairs": bare}})


def test_fill_refuses_a_key_that_a_template_would_take_for_a_method() -> None:
    with pytest.raises(ValueError, match="items"):
        fill({"block": {"items": []}})


@pytest.mark.parametrize(
    ("score", "title"),
    [
        (0, "недопустимый"),
        (8, "недопустимый"),
        (9, "допустимый"),
        (14, "допустимый"),
        (15, "оптимальный"),
        (18, "оптимальный"),
    ],
)
def test_levels_of_the_questionnaire(score: int, title: str) -> None:
    assert level(score).title == title


@pytest.mark.parametrize("score", [-1, 19])
def test_no_level_outside_the_scale(score: int) -> None:
    with pytest.raises(ValueError, match="0–18"):
        level(score)


def test_levels_cover_the_scale_once() -> None:
    assert sorted(n for known in LEVELS for n in range(known.low, known.high + 1)) == list(range(19))


def test_indicators_speak_of_pupils_never_of_residents() -> None:
    assert list(INDICATORS) == ["I1", "I2", "I3", "I5", "I6", "I7"]
    assert [i.code for i in INDICATORS.values() if "проживающ" in i.title + i.denominator] == []
    assert INDICATORS["I1"].title.endswith("от числа обучающихся 10–19 лет")
    assert INDICATORS["I2"].title.endswith("от числа обучающихся 15–19 лет")


def test_words_for_periods_and_people() -> None:
    assert school_year("2026") == "2025/2026"
    assert month_title("2026-11") == "ноябрь 2026 года"
    assert long_date(date(2026, 6, 10)) == "10\u00a0июня 2026\u00a0г."
    acting = Signatory("директора", "П.А. Иванова", acting=True, order="приказ от 01.06.2026 № 7")
    assert (acting.printed_post(), acting.printed_name()) == ("И.о. директора", "П.А.\u00a0Иванова")


def test_upgrade_walks_every_version_and_leaves_the_old_answers_alone() -> None:
    old = {"mentees": 3}
    steps = {1: lambda a: {"pupils": a["mentees"]}, 2: lambda a: {**a, "teachers": 0}}
    assert upgraded(old, 1, 3, steps) == {"pupils": 3, "teachers": 0}
    assert upgraded({"pupils": 3}, 2, 3, steps) == {"pupils": 3, "teachers": 0}
    assert old == {"mentees": 3}
    with pytest.raises(ValueError, match="no step"):
        upgraded(old, 1, 3, {2: steps[2]})
