"""Names of classes, read and moved up by a year: pure. What is not surely a class is left alone."""

from __future__ import annotations

import re
from dataclasses import dataclass

LAST_GRADE = 11
FINAL_GRADES = (9, LAST_GRADE)
PATTERN = re.compile(
    r"(?P<grade>\d{1,2})(?P<rest>\s*[-–«\"]?\s*[А-ЯЁа-яёA-Za-z]?\s*[»\"]?\s*(?:класс|кл\.?)?)", re.ASCII
)


@dataclass(frozen=True)
class ClassName:
    """``rest`` is all that stands after the figure, as typed: «А», « «Б»», « класс»."""

    grade: int
    rest: str

    @property
    def following(self) -> str | None:
        """«5А» → «6А», the spelling kept; None after the last class."""
        return f"{self.grade + 1}{self.rest}" if self.grade < LAST_GRADE else None

    @property
    def final(self) -> bool:
        """A pupil may finish school after it."""
        return self.grade in FINAL_GRADES


def read_class(text: str) -> ClassName | None:
    """«5А», «5 А», «5-а», «5 «А»», «10 класс»; None for «Искра», «5–6», «группа 3», «12» and a blank."""
    found = PATTERN.fullmatch(text.strip())
    if found is None or not 1 <= int(found["grade"]) <= LAST_GRADE:
        return None
    return ClassName(int(found["grade"]), found["rest"])
