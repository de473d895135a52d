"""Forms of signing in, passwords and people."""

from __future__ import annotations

from typing import Any

from wtforms import PasswordField
from wtforms.validators import InputRequired

from roadmap.access import Role
from roadmap.fields import Choice, Choices, Text, Tick
from roadmap.plainform import PlainForm


class SignInForm(PlainForm):
    username = Text("Имя пользователя", required="Введите имя пользователя", limit=200)
    password = PasswordField("Пароль", [InputRequired("Введите пароль")])


class NewPasswordForm(PlainForm):
    password = PasswordField(
        "Новый пароль",
        [InputRequired("Придумайте пароль")],
        description="Не меньше 8 знаков. Хорошо подойдут три не связанных слова.",
    )
    again = PasswordField("Новый пароль ещё раз", [InputRequired("Введите новый пароль ещё раз")])

    def validate_again(self, field: PasswordField) -> None:
        if field.data != self.password.data:
            field.errors = [*field.errors, "Пароли не совпадают: введите их ещё раз"]

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        return not self.errors


class ChangePasswordForm(NewPasswordForm):
    old = PasswordField("Прежний пароль", [InputRequired("Введите прежний пароль")])


class PersonForm(PlainForm):
    """Roles and the school are checked by the service, which knows what goes together."""

    roles = Choices("Роли", choices=[(role.value, role.label) for role in Role], required="Выберите хотя бы одну роль")
    active = Tick("Учётная запись действует")


class InvitationForm(PlainForm):
    full_name = Text("Фамилия, имя, отчество", required=True, limit=200)
    username = Text(
        "Имя пользователя",
        required=True,
        limit=60,
        description="Латинские буквы, цифры, точка или дефис. Например: ivanova.ai",
    )
    post = Text("Должность", limit=200)
    email = Text("Электронная почта", limit=254)
    roles = Choices("Роли", choices=[(role.value, role.label) for role in Role], required="Выберите хотя бы одну роль")
    school = Choice("Школа", choices=[("", "– не школа –")], description="Только для руководителя ОО и куратора")
