"""The journal of who did what: append-only, hash-chained per municipality."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from roadmap.database import Base
from roadmap.labels import Labelled


class Verb(Labelled):
    SIGNED_IN = "signed_in", "вход"
    SIGN_IN_FAILED = "sign_in_failed", "неудачный вход"
    SIGNED_OUT = "signed_out", "выход"
    PASSWORD_CHANGED = "password_changed", "смена пароля"
    LINK_ISSUED = "link_issued", "выдана ссылка для пароля"
    ACCESS_REFUSED = "access_refused", "отказ в доступе"
    MUNICIPALITY_ADDED = "municipality_added", "добавлен муниципалитет"
    SCHOOL_ADDED = "school_added", "добавлена школа"
    SCHOOL_CHANGED = "school_changed", "изменены сведения о школе"
    CARD_SAVED = "card_saved", "сохранена карточка ОО"
    CARD_CONFIRMED = "card_confirmed", "подтверждена карточка ОО"
    PERSON_INVITED = "person_invited", "приглашён пользователь"
    PERSON_CHANGED = "person_changed", "изменены права пользователя"
    SETTING_CHANGED = "setting_changed", "изменена настройка"
    EDITION_LOADED = "edition_loaded", "загружена редакция дорожной карты"
    EDITION_PUBLISHED = "edition_published", "опубликована редакция дорожной карты"
    OCCURRENCES_GENERATED = "occurrences_generated", "созданы сроки"
    PERIOD_CLOSED = "period_closed", "приём закрыт"
    PERIOD_OPENED = "period_opened", "приём открыт"
    NOT_REQUIRED = "not_required", "отмечено «не требуется»"
    EVIDENCE_GIVEN = "evidence_given", "приложено подтверждение"
    DRAFT_STARTED = "draft_started", "начат отчёт"
    DRAFT_SAVED = "draft_saved", "сохранён черновик"
    HANDED_OVER = "handed_over", "передан руководителю"
    TAKEN_BACK = "taken_back", "возвращён в черновик"
    SUBMITTED = "submitted", "отправлен"
    REVIEW_STARTED = "review_started", "взят на проверку"
    ACCEPTED = "accepted", "принят"
    RETURNED = "returned", "возвращён"
    REOPENED = "reopened", "открыт повторно"
    DOCUMENT_PREPARED = "document_prepared", "документ подготовлен к подписанию"
    DOCUMENT_EDITED = "document_edited", "изменены выводы документа"
    DOCUMENT_REGISTERED = "document_registered", "документ зарегистрирован"
    DOCUMENT_SIGNED = "document_signed", "приложен подписанный скан"
    DOCUMENT_ANNULLED = "document_annulled", "номер аннулирован"
    DOCUMENT_RECEIVED = "document_received", "зарегистрирован входящий"
    DOCUMENT_DOWNLOADED = "document_downloaded", "документ скачан"
    PARTICIPANT_ADDED = "participant_added", "участник внесён в базу"
    PARTICIPANT_CHANGED = "participant_changed", "изменены сведения об участнике"
    PARTICIPANT_LEFT = "participant_left", "участник выбыл"
    PARTICIPANT_ERASED = "participant_erased", "сведения об участнике уничтожены"
    CONSENT_GIVEN = "consent_given", "внесено согласие"
    CONSENT_WITHDRAWN = "consent_withdrawn", "согласие отозвано"
    CONSENT_DOWNLOADED = "consent_downloaded", "скан согласия скачан"
    MENTORSHIP_SAVED = "mentorship_saved", "сохранена пара или группа"
    MENTORSHIP_APPROVED = "mentorship_approved", "утверждена пара или группа"
    MENTORSHIP_ENDED = "mentorship_ended", "завершена или прекращена пара"
    PROGRAMME_SAVED = "programme_saved", "сохранена персонализированная программа"
    PROGRAMME_MOVED = "programme_moved", "изменено состояние программы"
    PROGRAMME_AGREED = "programme_agreed", "программа согласована"
    PROGRAMME_RETURNED = "programme_returned", "программа возвращена на доработку"
    NAMED_LIST_READ = "named_list_read", "просмотрен именной список"
    SURVEY_ANSWERED = "survey_answered", "внесена анкета опроса"
    SURVEY_ANSWER_REMOVED = "survey_answer_removed", "удалена анкета опроса"
    SURVEY_LINKS_ISSUED = "survey_links_issued", "выданы ссылки на анкету"
    SURVEY_LINKS_REVOKED = "survey_links_revoked", "отозваны ссылки на анкету"
    YEAR_TURNED = "year_turned", "выполнен переход на новый учебный год"
    BASE_CONFIRMED = "base_confirmed", "подтверждена база участников"
    NAMED_LIST_EXPORTED = "named_list_exported", "именной список выгружен в Excel"
    IMPORT_UPLOADED = "import_uploaded", "загружен файл Excel для проверки"
    IMPORT_CORRECTED = "import_corrected", "исправлена строка загрузки"
    IMPORT_TAKEN = "import_taken", "записаны строки из Excel"
    IMPORT_UNDONE = "import_undone", "отменена загрузка из Excel"
    IMPORT_DROPPED = "import_dropped", "отклонён файл Excel"
    RECORD_REMOVED = "record_removed", "запись убрана при отмене загрузки"
    ACT_SAVED = "act_saved", "сохранён локальный акт"
    ACT_REMOVED = "act_removed", "убрана запись о локальном акте"
    PRACTICE_SAVED = "practice_saved", "сохранена практика"
    PRACTICE_SUBMITTED = "practice_submitted", "представлена практика"
    PRACTICE_WITHDRAWN = "practice_withdrawn", "практика возвращена в черновик"
    PRACTICE_INCLUDED = "practice_included", "практика включена в реестр"
    PRACTICE_REJECTED = "practice_rejected", "практика отклонена"
    PRACTICE_RAOP_SET = "practice_raop_set", "изменены сведения о РАОП"
    EXPERT_INVITED = "expert_invited", "приглашён эксперт"
    EXPERT_UNINVITED = "expert_uninvited", "отменено приглашение эксперта"
    PRACTICE_SCORED = "practice_scored", "эксперт оценил практику"
    COMMUNITY_SAVED = "community_saved", "сохранено участие в сообществе"
    COMMUNITY_REMOVED = "community_removed", "удалено участие в сообществе"
    PRACTICE_EVENT_SAVED = "practice_event_saved", "сохранено мероприятие по практикам"
    PRACTICE_EVENT_REMOVED = "practice_event_removed", "удалено мероприятие по практикам"


# What the journal calls the objects of its lines, by the name of their model; «раздел» is a page without an object.
SUBJECTS = {
    "User": "пользователь",
    "FailedSignIn": "вход в систему",
    "Municipality": "муниципалитет",
    "School": "школа",
    "SchoolCard": "карточка ОО",
    "Setting": "настройка",
    "Edition": "редакция дорожной карты",
    "Measure": "мероприятие",
    "Occurrence": "срок мероприятия",
    "Evidence": "подтверждение",
    "Submission": "отчёт",
    "Document": "документ",
    "Incoming": "входящий документ",
    "SignatoryPeriod": "подписант",
    "Participant": "участник",
    "Consent": "согласие",
    "Mentorship": "пара или группа",
    "Programme": "персонализированная программа",
    "SurveyAnswer": "анкета опроса",
    "BaseConfirmation": "подтверждение базы",
    "ImportBatch": "загрузка из Excel",
    "LocalAct": "локальный акт",
    "Practice": "практика",
    "PracticeReview": "оценка практики",
    "CommunityMember": "участие в сообществе",
    "PracticeEvent": "мероприятие по практикам",
    "NoneType": "раздел",
}


class Topic(Labelled):
    """What a reader of the journal looks for; ``verbs`` of each are below."""

    SIGN_IN = "sign-in", "Входы и пароли"
    REFUSED = "refused", "Отказы"
    PEOPLE = "people", "Люди"
    SCHOOLS = "schools", "Школы"
    PLAN = "plan", "Дорожная карта"
    REGISTERS = "registers", "База"
    PRACTICES = "practices", "Акты и практики"
    REPORTS = "reports", "Отчёты"
    DOCUMENTS = "documents", "Документы"

    @property
    def verbs(self) -> tuple[Verb, ...]:
        return TOPICS[self]


TOPICS = {
    Topic.SIGN_IN: (Verb.SIGNED_IN, Verb.SIGN_IN_FAILED, Verb.SIGNED_OUT, Verb.PASSWORD_CHANGED, Verb.LINK_ISSUED),
    Topic.REFUSED: (Verb.ACCESS_REFUSED, Verb.SIGN_IN_FAILED),
    Topic.PEOPLE: (Verb.PERSON_INVITED, Verb.PERSON_CHANGED, Verb.LINK_ISSUED),
    Topic.SCHOOLS: (
        Verb.MUNICIPALITY_ADDED,
        Verb.SCHOOL_ADDED,
        Verb.SCHOOL_CHANGED,
        Verb.CARD_SAVED,
        Verb.CARD_CONFIRMED,
        Verb.SETTING_CHANGED,
    ),
    Topic.PLAN: (
        Verb.EDITION_LOADED,
        Verb.EDITION_PUBLISHED,
        Verb.OCCURRENCES_GENERATED,
        Verb.PERIOD_CLOSED,
        Verb.PERIOD_OPENED,
        Verb.NOT_REQUIRED,
        Verb.EVIDENCE_GIVEN,
    ),
    Topic.REGISTERS: (
        Verb.PARTICIPANT_ADDED,
        Verb.PARTICIPANT_CHANGED,
        Verb.PARTICIPANT_LEFT,
        Verb.PARTICIPANT_ERASED,
        Verb.CONSENT_GIVEN,
        Verb.CONSENT_WITHDRAWN,
        Verb.CONSENT_DOWNLOADED,
        Verb.MENTORSHIP_SAVED,
        Verb.MENTORSHIP_APPROVED,
        Verb.MENTORSHIP_ENDED,
        Verb.PROGRAMME_SAVED,
        Verb.PROGRAMME_MOVED,
        Verb.PROGRAMME_AGREED,
        Verb.PROGRAMME_RETURNED,
        Verb.NAMED_LIST_READ,
        Verb.SURVEY_ANSWERED,
        Verb.SURVEY_ANSWER_REMOVED,
        Verb.SURVEY_LINKS_ISSUED,
        Verb.SURVEY_LINKS_REVOKED,
        Verb.YEAR_TURNED,
        Verb.BASE_CONFIRMED,
        Verb.NAMED_LIST_EXPORTED,
        Verb.IMPORT_UPLOADED,
        Verb.IMPORT_CORRECTED,
        Verb.IMPORT_TAKEN,
        Verb.IMPORT_UNDONE,
        Verb.IMPORT_DROPPED,
        Verb.RECORD_REMOVED,
    ),
    Topic.REPORTS: (
        Verb.DRAFT_STARTED,
        Verb.DRAFT_SAVED,
        Verb.HANDED_OVER,
        Verb.TAKEN_BACK,
        Verb.SUBMITTED,
        Verb.REVIEW_STARTED,
        Verb.ACCEPTED,
        Verb.RETURNED,
        Verb.REOPENED,
    ),
    Topic.DOCUMENTS: (
        Verb.DOCUMENT_PREPARED,
        Verb.DOCUMENT_EDITED,
        Verb.DOCUMENT_REGISTERED,
        Verb.DOCUMENT_SIGNED,
        Verb.DOCUMENT_ANNULLED,
        Verb.DOCUMENT_RECEIVED,
        Verb.DOCUMENT_DOWNLOADED,
    ),
    Topic.PRACTICES: (
        Verb.ACT_SAVED,
        Verb.ACT_REMOVED,
        Verb.PRACTICE_SAVED,
        Verb.PRACTICE_SUBMITTED,
        Verb.PRACTICE_WITHDRAWN,
        Verb.PRACTICE_INCLUDED,
        Verb.PRACTICE_REJECTED,
        Verb.PRACTICE_RAOP_SET,
        Verb.EXPERT_INVITED,
        Verb.EXPERT_UNINVITED,
        Verb.PRACTICE_SCORED,
        Verb.COMMUNITY_SAVED,
        Verb.COMMUNITY_REMOVED,
        Verb.PRACTICE_EVENT_SAVED,
        Verb.PRACTICE_EVENT_REMOVED,
    ),
}


class AuditEvent(Base):
    """``details`` holds ids, codes and hashes only, so that erasing a person does not break the chain."""

    __tablename__ = "audit_event"
    __table_args__ = (
        UniqueConstraint("chain", "seq"),
        Index(None, "subject_type", "subject_id"),
    )
    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
    chain: Mapped[str] = mapped_column(String(36))
    seq: Mapped[int]
    at: Mapped[datetime]
    actor_id: Mapped[uuid.UUID | None]
    verb: Mapped[str] = mapped_column(String(40))
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(64))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """The last link of each chain; locked last in a transaction."""

    __tablename__ = "audit_head"
    chain: Mapped[str] = mapped_column(String(36), primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
