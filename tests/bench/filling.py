"""How much faster the compiled renderer fills than docxtpl: `python -m tests.bench.filling`.

Both engines fill the same templates in turns within one run, escaping on, and only the ratio of their
medians is given. docxtpl opens the file for each document, as it must; the compiled template is made once.
"""

import io
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from docx import Document

from roadmap.documents.render import CompiledTemplate

SMALL_ROWS, LARGE_ROWS = 12, 5_000
COLUMNS = ("number", "title", "result", "deadline", "responsible", "audience", "mark")
BALLAST = ("/thumbnail", "/stylesWithEffects", "/customXml", "/theme")
HEADINGS = ("№", "Мероприятие", "Результат", "Срок", "Ответственный", "Участники", "Отметка")


def template() -> bytes:
    """A plan: titles, a signature and a table with one row a measure."""
    document = Document()
    document.sections[0].header.paragraphs[0].text = "{{ school }}"
    document.add_paragraph("УТВЕРЖДАЮ\nДиректор {{ school }}\n____________ {{ director }}")
    document.add_heading("План мероприятий на {{ year }} учебный год", 1)
    document.add_paragraph("Составлен {{ author }}, согласован {{ agreed }}. {% if note %}{{ note }}{% endif %}")
    table = document.add_table(rows=4, cols=len(COLUMNS), style="Table Grid")
    for place, (heading, column) in enumerate(zip(HEADINGS, COLUMNS, strict=True)):
        table.cell(0, place).text = heading
        table.cell(2, place).text = f"{{{{ row.{column} }}}}"
    table.cell(1, 0).text = "{%tr for row in rows %}"
    table.cell(3, 0).text = "{%tr endfor %}"
    document.add_paragraph("Всего мероприятий: {{ rows|length }}")
    for rels in (document.part.package.rels, document.part.rels):  # python-docx's ballast: to a usual 16 KB
        for key in [key for key, rel in rels.items() if rel.reltype.endswith(BALLAST)]:
            del rels[key]
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()


def data(rows: int, lines: int = 1) -> dict[str, Any]:
    """What fills it: `rows` measures, two of whose fields hold `lines` lines each."""

    def row(number: int) -> dict[str, Any]:
        text = [f"Проведение методического часа «Наставник {number}» & обмен опытом" for _ in range(lines)]
        return {
            "number": number,
            "title": "\n".join(text),
            "result": "\n".join(f"Справка № {number}-{line}, протокол" for line in range(lines)),
            "deadline": f"до {number % 28 + 1:02}.09.2026",
            "responsible": "Иванова Мария Петровна",
            "audience": "педагоги школы, куратор",
            "mark": "",
        }

    head = {"school": "МБОУ «Средняя школа № 1»", "director": "А. А. Петров", "year": "2026/2027"}
    people = {"author": "И. И. Сидорова", "agreed": "методическим советом", "note": "Без изменений."}
    return {**head, **people, "rows": [row(number) for number in range(1, rows + 1)]}


def _by_docxtpl(source: bytes, values: dict[str, Any]) -> bytes:
    from docxtpl import DocxTemplate

    document = DocxTemplate(io.BytesIO(source))
    document.render(values, autoescape=True)
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()


def _seconds(work: Callable[[], object], times: int) -> float:
    start = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - start) / times


def _compare(source: bytes, values: dict[str, Any], rounds: int, repeats: int) -> tuple[float, float]:
    """Median seconds a document: docxtpl's, ours."""
    compiled = CompiledTemplate(source)
    theirs, ours = [], []
    for _ in range(rounds):
        theirs.append(_seconds(lambda: _by_docxtpl(source, values), 1))
        ours.append(_seconds(lambda: compiled.render(values), repeats))
    return statistics.median(theirs), statistics.median(ours)


def _peak_mb() -> float:
    """The most memory this process ever held, MB."""
    status = Path("/proc/self/status")
    if status.exists():  # ru_maxrss would count the parent's memory too
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 2**20)


def _memory_mb() -> float:
    """The peak of a whole process that compiles the template and fills 5,000 rows, data included."""
    command = [sys.executable, "-m", "tests.bench.filling", "memory"]
    root = Path(__file__).parents[2]
    return float(subprocess.run(command, check=True, capture_output=True, text=True, cwd=root).stdout)


def measure() -> dict[str, float]:
    """Ratios `small`, `large`, `multiline` (times docxtpl), `memory_mb`, and the sizes and times used."""
    source = template()
    cases = {
        "small": (data(SMALL_ROWS), 15, 20),
        "large": (data(LARGE_ROWS), 3, 2),
        "multiline": (data(SMALL_ROWS, lines=4), 15, 20),
    }
    result: dict[str, float] = {}
    times: dict[str, float] = {}
    for name, (values, rounds, repeats) in cases.items():
        theirs, ours = _compare(source, values, rounds, repeats)
        result[name] = round(theirs / ours, 1)
        times[f"{name}_docxtpl_ms"], times[f"{name}_ms"] = round(theirs * 1e3, 2), round(ours * 1e3, 2)
    sizes = {"template_bytes": len(source), "small_rows": SMALL_ROWS, "large_rows": LARGE_ROWS}
    return {**result, "memory_mb": round(_memory_mb(), 1), **times, **sizes}


if __name__ == "__main__":
    if sys.argv[1:] == ["memory"]:
        CompiledTemplate(template()).render(data(LARGE_ROWS))
        print(_peak_mb())
    else:
        print(json.dumps(measure(), ensure_ascii=False, indent=1))
