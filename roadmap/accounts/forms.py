"""Forms of signing in, passwords and people."""

from __future__ import annotations

import re
from collections.abc import Sequence

from wtforms import PasswordField
from wtforms.validators import InputRequired

from roadmap.access import SCHOOL_ROLES, Role
from roadmap.fields import Choice, Choices, Text
from roadmap.plainform import PlainForm


class SignInForm(PlainForm):
    username = Text("Имя пользователя", required="Введите имя пользователя", limit=200)
    password = PasswordField("Пароль", [InputRequired("Введите пароль")])


def _new_password() -> PasswordField:
    return PasswordField(
        "Новый пароль",
        [InputRequired("Придумайте пароль")],
        description="Не меньше 8 знаков. Хорошо подойдут три не связанных слова.",
    )


def _again() -> PasswordField:
    return PasswordField("Новый пароль ещё раз", [InputRequired("Введите новый пароль ещё раз")])


class _Repeated:
    """What is typed twice unseen must be the same."""

    password: PasswordField

    def validate_again(self, field: PasswordField) -> None:
        if field.data and field.data != self.password.data:
            field.errors = [*field.errors, "Пароли не совпадают: введите их ещё раз"]


class NewPasswordForm(_Repeated, PlainForm):
    password = _new_password()
    again = _again()


class ChangePasswordForm(_Repeated, PlainForm):
    old = PasswordField("Прежний пароль", [InputRequired("Введите прежний пароль")])
    password = _new_password()
    again = _again()


def _email(field: Text) -> None:
    if field.data and not re.fullmatch(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+", field.data):
        field.refuse("Введите адрес целиком, например ivanova@school.ru")


def _full_name(field: Text) -> None:
    if field.data and len(field.data.split()) < 2:
        field.refuse("Введите фамилию, имя и отчество (если есть) через пробел")


class PersonForm(PlainForm):
    """Roles and the school are checked by the service, which knows what goes together.

    Of the roles only those are offered that fit: a school's for a person of a school, the office's for the others.
    """

    full_name = Text("Фамилия, имя, отчество", required=True, limit=200)
    post = Text("Должность", limit=200)
    email = Text("Электронная почта", limit=254)
    roles = Choices("Роли", choices=[(role.value, role.label) for role in Role], required="Выберите хотя бы одну роль")

    def validate_full_name(self, field: Text) -> None:
        _full_name(field)

    def validate_email(self, field: Text) -> None:
        _email(field)

    def offer(self, at_school: bool) -> None:
        self.roles.choices = tuple((role.value, role.label) for role in Role if (role in SCHOOL_ROLES) == at_school)


class InvitationForm(PlainForm):
    """``invitation_form`` adds the schools to choose from."""

    school: Choice
    full_name = Text("Фамилия, имя, отчество", required=True, limit=200, description="Например: Иванова Анна Ивановна")
    post = Text("Должность", limit=200, description="Например: директор")
    email = Text("Электронная почта", limit=254)
    username = Text(
        "Имя пользователя",
        required=True,
        limit=60,
        description="Для входа в систему: латинские буквы, цифры, точка или дефис. Например: ivanova.ai",
    )
    roles = Choices(
        "Роли",
        choices=[(role.value, role.label) for role in Role],
        required="Выберите хотя бы одну роль",
        description="В небольшой школе руководитель может быть и куратором: отметьте обе роли.",
    )

    def validate_full_name(self, field: Text) -> None:
        _full_name(field)

    def validate_email(self, field: Text) -> None:
        _email(field)

    def validate_school(self, field: Choice) -> None:
        roles = set(self.roles.data or ())
        if not roles or field.errors:
            return
        if roles <= SCHOOL_ROLES and not field.data:
            field.refuse("Выберите школу, в которой работает этот человек")
        if roles.isdisjoint(SCHOOL_ROLES) and field.data:
            field.refuse("Для этой роли школа не нужна: оставьте «выберите»")


def invitation_form(schools: Sequence[tuple[str, str]]) -> type[InvitationForm]:
    """``schools``: (code, name) of the schools of the inviter's municipality."""
    hint = "Только для руководителя ОО и куратора. Остальным школу не выбирайте."
    field = Choice("Школа", choices=schools, description=hint)
    return type("InvitationFormOfPlace", (InvitationForm,), {"school": field})
