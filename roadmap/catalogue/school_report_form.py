"""The form of a school's June report (measure 5.3). Dossier §3.4, §5.3 D3."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from roadmap.catalogue.indicators import MAX_SCORE, level
from roadmap.catalogue.school_report_known import card_figures, monthly_sums, register_figures, survey_figures
from roadmap.catalogue.school_report_words import (
    CARD,
    DIFFICULTIES,
    FORMS,
    MODELS,
    NO_HEALTH,
    QUALITY,
    SCORES,
    SHORT_FORM_PAIRS,
)
from roadmap.forms import (
    Choice,
    Choices,
    DecimalNumber,
    Facts,
    Known,
    Link,
    ReportForm,
    RowForm,
    Rows,
    Step,
    Text,
    Tick,
    WholeNumber,
    grouped,
)


class PracticeRow(RowForm):
    """A practice worth showing to others."""

    title = Text("Название практики", required=True, limit=200, description="Например: «Школа юного экскурсовода»")
    form = Choice("Форма наставничества", choices=FORMS, required=True)
    summary = Text("Суть", required=True, limit=1000, rows=3, description=f"Два-три предложения. {NO_HEALTH}")
    result = Text("Результат", required=True, limit=500, rows=2, description="Что изменилось и как это видно")
    link = Link("Ссылка", description="Если практика опубликована")


class DifficultyRow(RowForm):
    """A difficulty; kinds are counted over the municipality."""

    kind = Choice("О чём", choices=DIFFICULTIES, required=True)
    text = Text("В чём трудность", required=True, limit=500, rows=2, description=f"Без фамилий. {NO_HEALTH}")
    help = Text("Какая помощь нужна", limit=300)


def _quality(key: str) -> Choice:
    return Choice(QUALITY[key], choices=SCORES, number=True, required="Выберите 0, 1 или 2")


def _mean(label: str) -> DecimalNumber:
    hint = "По шкале от 1 до 10, например 7,4"
    return DecimalNumber(label, minimum="1", maximum="10", places=1, description=hint)


class SchoolReportForm(ReportForm):
    """Facts read: `pupils_10_19`, `pupils_15_19`, `teachers`, `early_career_teachers` (the school card, int or None),
    `short_form_pairs` (a setting, int) and `previous` (the last accepted answers or None); documents also read
    `card` {id, version, year} or None, `satisfied_from` (1–10) and `monthly` (see monthly_return.facts)."""

    VERSION = 1
    STEPS = (
        Step(
            "programme",
            "Программа",
            ("models", "forms_used", "programme_count", "curator_name", "curator_post", "local_acts"),
            "Проверьте, не сменился ли куратор и не изменились ли документы.",
        ),
        Step(
            "figures",
            "Показатели",
            tuple(CARD),
            "Каждого человека считайте один раз. Всего обучающихся и педагогов берём из карточки ОО.",
        ),
        Step(
            "people",
            "Пары и участники",
            ("pairs", "mentors", "mentees_pupils", "mentees_teachers"),
            "Пары и группы, работавшие в этом учебном году. Проекты приказов не считаются.",
        ),
        Step(
            "quality",
            "Качество процесса",
            tuple(f"quality_{key}" for key in QUALITY),
            "Анкета куратора: девять утверждений, от 0 до 2 баллов за каждое.",
        ),
        Step(
            "surveys",
            "Опросы",
            tuple(
                f"{who}_{what}"
                for who in ("mentees", "mentors")
                for what in ("surveyed", "satisfied", "before", "after")
            ),
            "Опрос не проводился – поставьте 0 опрошенных, остальное оставьте пустым.",
        ),
        Step(
            "swot",
            "SWOT-анализ и практики",
            ("strengths", "weaknesses", "opportunities", "threats", "no_practices", "practices"),
            f"Коротко, по одной мысли в строке. {NO_HEALTH}",
        ),
        Step(
            "programmes",
            "Программы пар и групп",
            (
                "programmes_total",
                "programmes_approved",
                "programmes_running",
                "programmes_completed",
                "programmes_stopped",
                "difficulties",
            ),
            "Персонализированные программы за учебный год. Ниже – трудности, если они были.",
        ),
        Step(
            "conclusions",
            "Выводы",
            ("conclusions", "decisions"),
            f"Эти тексты войдут в справку целиком. {NO_HEALTH}",
        ),
    )

    models = Choices("Какие модели наставничества действуют", choices=MODELS, required="Отметьте хотя бы одну модель")
    forms_used = Choices("Формы наставничества", choices=FORMS, required="Отметьте хотя бы одну форму")
    programme_count = WholeNumber("Сколько программ наставничества действует", required=True, maximum=100)
    curator_name = Text("Куратор: фамилия, имя, отчество", required=True, limit=150)
    curator_post = Text(
        "Должность куратора", required=True, limit=200, description="Например: заместитель директора по УВР"
    )
    local_acts = Text(
        "Локальные акты",
        required=True,
        limit=2000,
        rows=4,
        description="По одному в строке. Например: Положение о наставничестве, приказ от 14.11.2022 № 212",
    )

    pupil_mentees = WholeNumber("Наставляемых среди обучающихся 10–19 лет", required=True, unit="чел.")
    pupil_mentors = WholeNumber("Наставников среди обучающихся 15–19 лет", required=True, unit="чел.")
    early_career_mentees = WholeNumber(
        "Молодых специалистов – наставляемых",
        required=True,
        unit="чел.",
        description="Учителя с малым стажем, как они отмечены в карточке ОО",
    )
    teachers_involved = WholeNumber(
        "Педагогов, участвующих в наставничестве",
        required=True,
        unit="чел.",
        description="Наставники, наставляемые и те, кто в обеих ролях, – один раз",
    )

    pairs = WholeNumber("Пар и групп", required=True, maximum=5000)
    mentors = WholeNumber("Наставников всего", required=True, unit="чел.")
    mentees_pupils = WholeNumber("Наставляемых обучающихся", required=True, unit="чел.")
    mentees_teachers = WholeNumber("Наставляемых педагогов", required=True, unit="чел.")

    quality_goals = _quality("goals")
    quality_principles = _quality("principles")
    quality_methods = _quality("methods")
    quality_climate = _quality("climate")
    quality_logic = _quality("logic")
    quality_participants = _quality("participants")
    quality_partners = _quality("partners")
    quality_activity = _quality("activity")
    quality_application = _quality("application")

    mentees_surveyed = WholeNumber("Опрошено наставляемых", required=True, unit="чел.")
    mentees_satisfied = WholeNumber("Из них удовлетворены", unit="чел.")
    mentees_before = _mean("Средний балл наставляемых до программы")
    mentees_after = _mean("Средний балл наставляемых после программы")
    mentors_surveyed = WholeNumber("Опрошено наставников", required=True, unit="чел.")
    mentors_satisfied = WholeNumber("Из них удовлетворены", unit="чел.")
    mentors_before = _mean("Средний балл наставников до программы")
    mentors_after = _mean("Средний балл наставников после программы")

    strengths = Text("Сильные стороны", limit=1500, rows=4, description="Например: опытные наставники в каждой паре")
    weaknesses = Text("Слабые стороны", limit=1500, rows=4, description="Например: мало наставников-старшеклассников")
    opportunities = Text("Возможности", limit=1500, rows=4, description="Например: предприятия дают наставников")
    threats = Text("Угрозы", limit=1500, rows=4, description="Например: молодые педагоги уезжают из района")
    no_practices = Tick("В этом учебном году практик для показа нет")
    practices = Rows(PracticeRow, "Лучшие практики", noun="практику", max_rows=10)

    programmes_total = WholeNumber("Всего программ", required=True, maximum=5000)
    programmes_approved = WholeNumber("Из них утверждено", required=True, maximum=5000)
    programmes_running = WholeNumber("Из утверждённых реализуется", required=True, maximum=5000)
    programmes_completed = WholeNumber("Из утверждённых завершено", required=True, maximum=5000)
    programmes_stopped = WholeNumber("Из утверждённых прекращено досрочно", required=True, maximum=5000)
    difficulties = Rows(DifficultyRow, "Трудности", noun="трудность", max_rows=10)

    conclusions = Text(
        "Выводы",
        required=True,
        limit=4000,
        rows=6,
        description="Что получилось, что нет и почему – три-пять предложений",
    )
    decisions = Text(
        "Планируемые управленческие решения",
        required=True,
        limit=4000,
        rows=6,
        description="По одному в строке. Например: до 15.09 назначить наставников двум новым учителям",
    )

    def __init__(self, draft: Mapping[str, list[str]], facts: Facts) -> None:
        super().__init__(draft, facts)
        for field in (self.strengths, self.weaknesses, self.opportunities, self.threats):
            field.flags.required = not self.is_short()  # for the page alone: `check` refuses blank ones

    def is_short(self) -> bool:
        """Few enough pairs for SWOT and practices to be optional (a setting, five by default)."""
        limit = self.facts.get("short_form_pairs")
        return self.pairs.data is not None and self.pairs.data <= (SHORT_FORM_PAIRS if limit is None else limit)

    def optional_steps(self) -> frozenset[str]:
        return frozenset({"swot"}) if self.is_short() else frozenset()

    def score(self) -> int | None:
        """Σ of the questionnaire, 0–18; None until all nine are chosen."""
        scores = [self[f"quality_{key}"].data for key in QUALITY]
        return None if None in scores else sum(scores)

    def level_title(self) -> str:
        """«12 из 18 – допустимый уровень», or "" while incomplete."""
        score = self.score()
        return "" if score is None else f"{score} из {MAX_SCORE} – {level(score).title} уровень"

    def known(self, step: str) -> list[Known]:
        if step in ("figures", "people", "programmes"):
            labels = {name: self[name].label.text for name in self.step(step).fields}
            counted = register_figures(self.facts, labels)
            return counted + (card_figures(self.facts) if step == "figures" else monthly_sums(self.facts))
        if step == "surveys":
            return survey_figures(self.facts, {name: self[name].label.text for name in self.step(step).fields})
        if step == "quality":
            chosen = sum(self[f"quality_{key}"].data is not None for key in QUALITY)
            return [Known("Сумма баллов", self.level_title() or f"отвечено {chosen} из {len(QUALITY)}")]
        return []

    def check(self) -> None:
        self._check_card()
        self._check_people()
        for who in ("mentees", "mentors"):
            self._check_survey(who)
        if not self.is_short():
            self._check_swot()
        if self.no_practices.data and self.practices.entries:
            self.no_practices.refuse("Отмечено, что практик нет, но ниже есть практика. Уберите отметку или практику")
        self._check_programmes()

    def _check_card(self) -> None:
        for name, (fact, words) in CARD.items():
            field, limit = getattr(self, name), self.facts.get(fact)
            if limit is None:
                field.refuse(f"В карточке ОО не указано число {words}. Заполните карточку и вернитесь к отчёту")
            elif field.data is not None and field.data > limit:
                field.refuse(
                    f"Указано {grouped(field.data)}, а в карточке ОО {words} – {grouped(limit)}. "
                    "Исправьте число или карточку"
                )

    def _check_people(self) -> None:
        self._not_above("pupil_mentees", ("mentees_pupils",), "наставляемых обучающихся всего")
        self._not_above("pupil_mentors", ("mentors",), "наставников всего")
        self._not_above("early_career_mentees", ("mentees_teachers",), "наставляемых педагогов всего")
        self._not_above("early_career_mentees", ("teachers_involved",), "педагогов, участвующих в наставничестве,")
        if self.pairs.data and self.mentors.data == 0:
            self.mentors.refuse("Пары есть, а наставников 0. Проверьте оба числа")
        if self.pairs.data and self.mentees_pupils.data == 0 and self.mentees_teachers.data == 0:
            self.mentees_pupils.refuse("Пары есть, а наставляемых 0. Проверьте числа")

    def _not_above(self, part: str, wholes: Iterable[str], words: str) -> None:
        field, numbers = getattr(self, part), [self[name].data for name in wholes]
        if field.data is None or None in numbers:
            return
        if field.data > sum(numbers):
            field.refuse(f"Указано {grouped(field.data)}, а {words} {grouped(sum(numbers))}. Проверьте оба числа")

    def _check_survey(self, who: str) -> None:
        surveyed, satisfied, before, after = (
            getattr(self, f"{who}_{what}") for what in ("surveyed", "satisfied", "before", "after")
        )
        if surveyed.data is None:
            return
        if surveyed.data == 0:
            for field in (satisfied, before, after):
                if field.data:
                    field.refuse("Опрошено 0, значит, опрос не проводился. Оставьте поле пустым")
            return
        if satisfied.blank:
            satisfied.refuse("Укажите, сколько опрошенных удовлетворены")
        if after.blank:
            after.refuse("Укажите средний балл после программы, например 8,1")
        self._not_above(f"{who}_satisfied", (f"{who}_surveyed",), "опрошено")
        if who == "mentees":
            self._not_above("mentees_surveyed", ("mentees_pupils", "mentees_teachers"), "наставляемых всего")
        else:
            self._not_above("mentors_surveyed", ("mentors",), "наставников всего")

    def _check_swot(self) -> None:
        for field in (self.strengths, self.weaknesses, self.opportunities, self.threats):
            if field.blank:
                field.refuse("Заполните эту часть SWOT-анализа: хотя бы одну строку")
        if not self.practices.entries and not self.no_practices.data:
            self.practices.refuse("Добавьте хотя бы одну практику или отметьте, что практик для показа нет")

    def _check_programmes(self) -> None:
        self._not_above("programmes_approved", ("programmes_total",), "программ всего")
        parts = [getattr(self, f"programmes_{name}").data for name in ("running", "completed", "stopped")]
        approved = self.programmes_approved.data
        if approved is not None and None not in parts and sum(parts) > approved:
            self.programmes_approved.refuse(
                f"Реализуется, завершено и прекращено вместе {grouped(sum(parts))}, утверждено {grouped(approved)}. "
                "Проверьте числа"
            )

    def warnings(self) -> list[str]:
        """A count that differs from the registers', or moved by more than 30 % since the last accepted report."""
        previous: dict[str, Any] = self.facts.get("previous") or {}
        counts: dict[str, int] = (self.facts.get("register") or {}).get("counts", {})
        found = [
            f"{field.label.text}: по базе {grouped(counts[field.name])}, в отчёте {grouped(field.data)}"
            for field in self
            if field.name in counts and field.data is not None and field.data != counts[field.name]
        ]
        for field in self:
            now, before = field.data, previous.get(field.name)
            if not isinstance(field, WholeNumber) or now is None or not before:
                continue
            if abs(Decimal(now - before)) / before > Decimal("0.3"):
                found.append(f"{field.label.text}: в прошлом отчёте {grouped(before)}, сейчас {grouped(now)}")
        return found
