"""What can go wrong in a request, each with its status and one clear Russian sentence, and the pages for it."""

from __future__ import annotations

import logging
import secrets

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

log = logging.getLogger(__name__)


class DomainError(Exception):
    """A refusal that its reader can understand; subclasses give the HTTP status and the page's title."""

    status = 400
    title = "Запрос не понят"
    message = "Проверьте адрес и введённые данные."

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.message)
        self.message = message or self.message


class BadRequest(DomainError):
    pass


class NotFound(DomainError):
    status = 404
    title = "Страница не найдена"
    message = "Такой страницы нет, или у вас нет к ней доступа. Проверьте адрес или вернитесь на свой стол."


class NotAllowed(DomainError):
    status = 403
    title = "Недостаточно прав"
    message = "Это действие не входит в ваши обязанности в системе."


class WrongState(DomainError):
    status = 409
    title = "Сейчас это сделать нельзя"
    message = "Состояние уже изменилось. Обновите страницу."


class Conflict(DomainError):
    status = 409
    title = "Данные уже изменены"
    message = "Пока вы работали, данные изменил другой пользователь. Обновите страницу и повторите."


class TooLarge(DomainError):
    status = 413
    title = "Файл слишком большой"
    message = "Уменьшите файл и отправьте его снова."


class Invalid(DomainError):
    status = 422
    title = "Проверьте введённые данные"
    message = "В форме есть ошибки."


HTTP_TEXTS = {
    400: ("Запрос не понят", BadRequest.message),
    401: ("Нужно войти", "Войдите в систему, чтобы продолжить."),
    403: (NotAllowed.title, NotAllowed.message),
    404: (NotFound.title, NotFound.message),
    405: ("Так открыть нельзя", "Этот адрес не принимает такой запрос. Вернитесь на предыдущую страницу."),
    413: ("Слишком большой запрос", "Файл или форма больше допустимого размера. Уменьшите файл и отправьте снова."),
    429: ("Слишком много попыток", "Подождите немного и повторите."),
}


def register(app: Flask) -> None:
    """Error pages; a failing program shows an incident number, never a trace."""

    @app.errorhandler(DomainError)
    def domain_error(error: DomainError) -> ResponseReturnValue:
        return error_page(error.status, error.title, error.message)

    @app.errorhandler(CSRFError)
    def csrf_error(_: CSRFError) -> ResponseReturnValue:
        return error_page(
            400,
            "Форма устарела",
            "Страница была открыта слишком давно или в другом окне вы вышли из системы. "
            "Вернитесь назад, обновите страницу и повторите: введённое осталось в форме.",
        )

    @app.errorhandler(StaleDataError)
    @app.errorhandler(IntegrityError)
    def conflict(error: Exception) -> ResponseReturnValue:
        log.warning("conflict: %s", type(error).__name__)
        return error_page(409, Conflict.title, Conflict.message)

    @app.errorhandler(OperationalError)
    def database_unavailable(error: OperationalError) -> ResponseReturnValue:
        incident = _incident(error)
        return error_page(
            503, "База данных недоступна", "Ничего не потеряно: подождите минуту и повторите.", incident=incident
        )

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> ResponseReturnValue:
        if error.code is None or error.code < 400:
            return error
        if error.code >= 500:
            return failure(getattr(error, "original_exception", None) or error)
        title, message = HTTP_TEXTS.get(error.code, HTTP_TEXTS[400])
        return error_page(error.code, title, message)

    @app.errorhandler(Exception)
    def failure(error: Exception) -> ResponseReturnValue:
        incident = _incident(error)
        return error_page(
            500,
            "Ошибка на сервере",
            "Мы записали сведения об ошибке. Повторите позже; если не поможет, сообщите администратору номер.",
            incident=incident,
        )


def error_page(code: int, title: str, message: str, incident: str | None = None) -> ResponseReturnValue:
    html = render_template(
        "errors/error.html",
        code=code,
        title=title,
        message=message,
        incident=incident,
        back_url="/",
    )
    return html, code


def _incident(error: Exception) -> str:
    """Logs the failure under a number; the rule only, since paths hold tokens, queries and bodies names."""
    incident = secrets.token_hex(4)
    log.error("incident %s at %s %s", incident, request.method, request.url_rule, exc_info=error)
    return incident
