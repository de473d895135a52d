"""Working days of the Russian calendar, with transfers, and deadlines in words."""

from __future__ import annotations

from datetime import date

import pytest

from roadmap.plan.calendar import (
    add_working_days,
    day_off_note,
    deadline_words,
    is_working_day,
    working_days_between,
)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2024, 4, 27), True),  # a working Saturday
        (date(2024, 12, 28), True),
        (date(2025, 11, 1), True),
        (date(2024, 4, 29), False),  # its day off
        (date(2023, 2, 24), False),
        (date(2023, 5, 8), False),
        (date(2025, 5, 2), False),
        (date(2026, 12, 31), False),
        (date(2023, 1, 8), False),
        (date(2023, 1, 9), True),
        (date(2026, 6, 12), False),
        (date(2026, 6, 11), True),
    ],
)
def test_transfers_and_working_saturdays_are_known(day, works):
    assert is_working_day(day) is works


def test_working_days_are_counted_over_holidays():
    assert add_working_days(date(2026, 6, 11), 1) == date(2026, 6, 15)
    assert add_working_days(date(2022, 12, 30), 5) == date(2023, 1, 13)
    assert add_working_days(date(2026, 6, 3), 0) == date(2026, 6, 3)
    assert working_days_between(date(2026, 6, 11), date(2026, 6, 15)) == 1
    assert working_days_between(date(2026, 6, 3), date(2026, 6, 3)) == 0
    assert working_days_between(date(2026, 6, 15), date(2026, 6, 3)) == 0


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (date(2026, 6, 10), "через 3\u00a0рабочих дня"),
        (date(2026, 6, 8), "через 1\u00a0рабочий день"),
        (date(2026, 6, 6), "завтра"),  # today is a Friday: no working day is left before the Saturday
        (date(2026, 6, 7), "через 2\u00a0дня"),
        (date(2026, 6, 5), "сегодня"),
        (date(2026, 6, 4), "просрочено на 1\u00a0день"),
        (date(2026, 5, 31), "просрочено на 5\u00a0дней"),
        (date(2026, 11, 30), ""),
    ],
)
def test_a_deadline_in_words_on_friday_the_fifth_of_june(due, words):
    assert deadline_words(due, date(2026, 6, 5)) == words


@pytest.mark.parametrize(
    ("due", "note"),
    [
        (
            date(2022, 12, 31),
            "суббота, нерабочий день. Срок не переносится, последний рабочий день до него – 30.12.2022.",
        ),
        (
            date(2023, 6, 10),
            "суббота, нерабочий день. Срок не переносится, последний рабочий день до него – 09.06.2023.",
        ),
        (
            date(2023, 7, 1),
            "суббота, нерабочий день. Срок не переносится, последний рабочий день до него – 30.06.2023.",
        ),
        (
            date(2023, 9, 30),
            "суббота, нерабочий день. Срок не переносится, последний рабочий день до него – 29.09.2023.",
        ),
        (
            date(2024, 11, 30),
            "суббота, нерабочий день. Срок не переносится, последний рабочий день до него – 29.11.2024.",
        ),
        (
            date(2023, 1, 5),
            "четверг, нерабочий день. Срок не переносится, последний рабочий день до него – 30.12.2022.",
        ),
        (date(2024, 6, 10), ""),
        (date(2024, 4, 27), ""),  # a Saturday that works
    ],
)
def test_a_due_date_on_a_day_off_is_explained(due, note):
    assert day_off_note(due) == note
