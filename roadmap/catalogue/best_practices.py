"""D13: the municipal registry of practices, as on a day (dossier §4.6, measure 4.1)."""

from typing import Any

from roadmap.catalogue.base import DASH, DocumentSpec, Figure, Filled, Source, fill
from roadmap.catalogue.frame import head, head_missing, office_missing
from roadmap.catalogue.register_parts import ListedPractice

MODULE, KIND = "best_practices", "D13"
CELL_LIMIT = 300  # letters of a text in a narrow column; the whole of it stands in the card
NO_REGULATION = "Балл не указан: Положение об оценке практик не утверждено."


def context(source: Source, period: str) -> Filled:
    """office, as_of, signatory (frame.head) · practices [{number, title, school, authors, form, summary, result, score,
    presented, links}] · has_practices · total (figure) · score_note (text)."""
    practices, approved_by = source.practices(), _approved_by(source)
    return fill(
        head(source, KIND)
        | {
            "practices": [_line(source, n, one, approved_by) for n, one in enumerate(practices, start=1)],
            "has_practices": bool(practices),
            "total": Figure(
                len(practices),
                "практик",
                "практики, включённые в реестр",
                tuple(one.reference for one in practices),
                source.as_of,
            ),
            "score_note": f"Балл – среднее сумм экспертных оценок, не более 50 ({approved_by})."
            if approved_by
            else NO_REGULATION,
        }
    )


def missing(source: Source, period: str) -> list[str]:
    found = head_missing(source, KIND) + office_missing(source, "реестра")
    if not source.practices():
        found.append("На эту дату в реестре нет практик.")
    if not _approved_by(source):
        found.append("Положение об оценке практик не утверждено: баллы не напечатаются.")
    return found


def _approved_by(source: Source) -> str:
    """Points print only once their regulation is approved (rules 15)."""
    return str(source.setting("practice_scoring_approved_by") or "")


def _line(source: Source, number: int, one: ListedPractice, approved_by: str) -> dict[str, Any]:
    how = f"среднее сумм экспертных оценок: {one.title}"
    reason = "" if approved_by else "Положение об оценке не утверждено"
    value = one.score if approved_by else None
    return {
        "number": str(number),
        "title": one.title,
        "school": one.school,
        "authors": one.authors,
        "form": one.form,
        "summary": _short(one.summary),
        "result": _short(one.results),
        "score": Figure(value, "балл", how, (one.reference,), source.as_of, reason, DASH),
        "presented": ";\n".join(one.presented) or DASH,
        "links": "\n".join(one.links) or DASH,
    }


def _short(text: str) -> str:
    """A text cut at a word's end, or «–»."""
    line = " ".join(text.split())
    if len(line) <= CELL_LIMIT:
        return line or DASH
    return line[:CELL_LIMIT].rpartition(" ")[0].rstrip(",.;: ") + "…"


def _unready(source: Source, period: str) -> str:
    return "" if source.practices() else "На эту дату в реестре нет практик: подписывать нечего."


DOCUMENTS = (
    DocumentSpec(
        kind=KIND,
        title="Реестр лучших практик наставничества",
        short="реестр практик",
        measure=MODULE,
        scope="municipality",
        template="best_practices/registry.docx",
        context=context,
        missing=missing,
        inputs=("as_of",),
        unready=_unready,
    ),
)
