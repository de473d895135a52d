"""Errors of templates, told in Russian with the place they come from."""

import html
import re
from types import TracebackType

from jinja2 import Template, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from lxml import etree


class TemplateError(Exception):
    """A template cannot be compiled or filled; the message is one Russian sentence naming the place.

    `part` is the package part («word/document.xml»), `paragraph` the text of the paragraph concerned
    (both empty where unknown).
    """

    def __init__(self, reason: str, part: str = "", paragraph: str = "") -> None:
        self.reason, self.part, self.paragraph = reason, part, paragraph
        place = f" ({part}{f', «{paragraph}»' if paragraph else ''})" if part else ""
        super().__init__(f"Ошибка в шаблоне{place}: {reason}.")


_RUSSIAN = (
    (r"Encountered unknown tag '(.+?)'", "неизвестный тег «{0}»"),
    (r"No (?:filter|test) named '(.+?)'", "неизвестный фильтр или проверка «{0}»"),
    (
        r"Unexpected end of template.*?looking for the following tags: '(.+?)'\.",
        "не закрыт тег, ожидалось «{0}»",
    ),
    (r"Missing end of (?:comment|raw)", "не закрыт комментарий или raw"),
    (r"unexpected char (.+?) at", "недопустимый знак {0}"),
    (r"expected token '(.+?)', got '(.+?)'", "ожидалось «{0}», найдено «{1}»"),
    (r"unexpected '(.+?)'", "лишний знак «{0}»"),
    (r"'(.+?)' is undefined", "неизвестное имя «{0}»"),
    (r"has no attribute '(.+?)'", "нет поля «{0}»"),
)


def _reason(error: Exception) -> str:
    if isinstance(error, SecurityError):
        return f"запрещённое действие «{error.message}»"
    message = str(error)
    for pattern, russian in _RUSSIAN:
        if isinstance(error, TemplateSyntaxError | UndefinedError) and (found := re.search(pattern, message)):
            return russian.format(*found.groups()).replace("' or '", "» или «")
    if isinstance(error, UndefinedError):
        return "обращение к неизвестному имени"
    if isinstance(error, TemplateSyntaxError):
        return "непонятная запись тега"
    if isinstance(error, etree.XMLSyntaxError):
        return "после подстановки данных разметка Word испорчена"
    return f"выражение не вычисляется ({type(error).__name__})"


def explain(error: Exception, part: str, source: str, template: Template | None = None) -> TemplateError:
    """Turn any failure of `part` into a TemplateError that quotes the paragraph of `source` concerned."""
    if isinstance(error, TemplateError):
        return error if error.part else TemplateError(error.reason, part, error.paragraph)
    line = error.lineno if isinstance(error, TemplateSyntaxError) else None
    if line is None and template is not None:
        line = _line_of(error.__traceback__, template)
    lines = source.split("\n")
    text = lines[min(line, len(lines)) - 1] if line else ""
    paragraph = html.unescape(re.sub(r"<[^>]*>", "", text)).strip()
    return TemplateError(_reason(error), part, paragraph[:119] + "…" if len(paragraph) > 120 else paragraph)


def _line_of(trace: TracebackType | None, template: Template) -> int | None:
    line = None
    while trace is not None:
        if trace.tb_frame.f_globals.get("__jinja_template__") is template:
            line = template.get_corresponding_lineno(trace.tb_lineno)
        trace = trace.tb_next
    return line
