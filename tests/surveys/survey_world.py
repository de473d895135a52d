"""Answers typed and sent for the tests of surveys."""

from __future__ import annotations

from typing import Any

import factories

from roadmap.surveys import queries, service
from roadmap.surveys.models import SurveyAnswer
from roadmap.surveys.queries import Key
from roadmap.surveys.questions import SCALES, Audience, Stage

FILLERS = {"t1-01": "curator", "t1-02": "stranger", "t1-03": "both", "t2-01": "other-head"}
PATH = "/register/surveys/2025/teacher_pupil/after/mentee"


def key(
    school: str = "t1-01",
    *,
    year: int = 2025,
    form: str = "teacher_pupil",
    stage: Stage = Stage.AFTER,
    audience: Audience = Audience.MENTEE,
) -> Key:
    return Key(factories.school(school).id, year, form, stage, audience)


def answers(satisfaction: int = 8, **changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = dict.fromkeys(SCALES, 7) | {"satisfaction": satisfaction}
    values |= {"expectations": True, "further": None, "valuable": "", "missing": "", "suggestions": ""}
    return values | changes


def enter(*scores: int, school: str = "t1-01", at: Key | None = None, **changes: Any) -> list[SurveyAnswer]:
    """Answers from paper, one for each mark of satisfaction."""
    at = at or key(school)
    filler = factories.user(FILLERS[school])
    return [
        service.enter(factories.school(school), at, answers(score, **changes), queries.next_number(at), filler)
        for score in scores
    ]
