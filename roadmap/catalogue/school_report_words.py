"""Words of the June report: models, forms, the curator's questionnaire, kinds of difficulty. Dossier §2.3, §3.4."""

MODELS = (
    ("students", "наставничество обучающихся"),
    ("teachers", "наставничество педагогических работников"),
)
# Dossier §2.3; «работодатель – студент» does not concern a school.
FORMS = (
    ("pupil_pupil", "ученик – ученик"),
    ("teacher_teacher", "учитель – учитель"),
    ("student_pupil", "студент – ученик"),
    ("employer_pupil", "работодатель – ученик"),
    ("teacher_pupil", "учитель – ученик"),
    ("head_teacher", "руководитель ОО – педагог"),
    ("partner_teacher", "социальный партнёр – педагогический работник"),
)
SCORES = (("0", "0 – не проявляется"), ("1", "1 – частично"), ("2", "2 – в полной мере"))
QUALITY_BLOCKS = (
    ("Оценка программы в организации", ("goals", "principles", "methods", "climate", "logic")),
    ("Эффективность участников", ("participants", "partners")),
    ("Изменения в личности наставляемого", ("activity", "application")),
)
QUALITY = {
    "goals": "Деятельность соответствует цели и задачам программы",
    "principles": "Организация наставничества соответствует принципам модели",
    "methods": "Деятельность соответствует современным методам и технологиям",
    "climate": "В программе комфортный психологический климат",
    "logic": "Наставник действует логично и понимает ситуацию наставляемого",
    "participants": "Участники удовлетворены программой",
    "partners": "Партнёры удовлетворены программой",
    "activity": "Наставляемый активен и заинтересован",
    "application": "Наставляемый применяет полученные знания и опыт, занимает активную позицию",
}
DIFFICULTIES = (
    ("staff", "не хватает наставников"),
    ("time", "нагрузка и нехватка времени"),
    ("motivation", "мотивация участников"),
    ("method", "методическое обеспечение"),
    ("papers", "документы и локальные акты"),
    ("equipment", "материально-техническое обеспечение"),
    ("partners", "взаимодействие с партнёрами"),
    ("other", "другое"),
)
# Numerator of an indicator -> the school card's figure it is compared with, and its name in the genitive.
CARD = {
    "pupil_mentees": ("pupils_10_19", "обучающихся 10–19 лет"),
    "pupil_mentors": ("pupils_15_19", "обучающихся 15–19 лет"),
    "early_career_mentees": ("early_career_teachers", "учителей – молодых специалистов"),
    "teachers_involved": ("teachers", "педагогов"),
}
SHORT_FORM_PAIRS = 5
NO_HEALTH = "Не указывайте диагнозы и иные сведения о здоровье."
